export declare function extname(path: string | URL): string;

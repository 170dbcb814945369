export declare function typeByExtension(extension: string): string | undefined;

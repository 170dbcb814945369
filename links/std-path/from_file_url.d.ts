export declare function fromFileUrl(url: URL | string): string;

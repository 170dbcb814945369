export type StatusCode = number;
export declare const STATUS_CODE: Readonly<Record<string, number>>;
export declare const STATUS_TEXT: Readonly<Record<number, string>>;

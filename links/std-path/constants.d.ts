/** The character used to separate components of a file path. */
export declare const SEPARATOR: "/" | "\\";

export interface FormatOptions {
  style?: "narrow" | "digital" | "full";
  ignoreZero?: boolean;
}
export declare function format(ms: number, options?: FormatOptions): string;

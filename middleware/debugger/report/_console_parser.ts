import type { SyntaxNode } from "../instrument/_syntax_tree.ts";

/** What the console uses of acorn. */
export interface ConsoleParser {
  /** Parses statements, or throws a {@linkcode ParseError}. */
  parse(text: string, options: ConsoleParserOptions): SyntaxNode;
  /** Parses one expression, and leaves what comes after it. */
  parseExpressionAt(
    text: string,
    start: number,
    options: ConsoleParserOptions,
  ): SyntaxNode;
  /** Reads words and signs one by one. */
  tokenizer(text: string, options: ConsoleParserOptions): {
    getToken(): SyntaxToken;
  };
}

/** A word or sign. */
export interface SyntaxToken {
  /** Its sort: `name`, `.`, `eof`, or the keyword. */
  readonly type: { readonly label: string; readonly keyword?: string };
  /** The name, if it is one. */
  readonly value: unknown;
  /** Where it ends. */
  readonly end: number;
}

/** What acorn throws besides. */
export interface ParseError extends SyntaxError {
  /** Where the error is. */
  readonly pos: number;
  /** How far the text was read. */
  readonly raisedAt: number;
  /** The line of it, from 1, and the column, from 0. */
  readonly loc: { readonly line: number; readonly column: number };
}

/** What acorn is told. */
export interface ConsoleParserOptions {
  readonly ecmaVersion: "latest";
  readonly sourceType: "script";
  readonly allowAwaitOutsideFunction: boolean;
  readonly allowImportExportEverywhere: boolean;
  readonly allowSuperOutsideMethod: boolean;
  readonly checkPrivateFields: boolean;
  readonly preserveParens: boolean;
  /** Is told of the comments. */
  readonly onComment?: (
    isBlock: boolean,
    text: string,
    start: number,
    end: number,
  ) => void;
}

/** Code is taken as it may be in an async method of a class with private names. */
export const PARSER_OPTIONS: ConsoleParserOptions = {
  ecmaVersion: "latest",
  sourceType: "script",
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
  // So that an expression ends after its last parenthesis.
  preserveParens: true,
};

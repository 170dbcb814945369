// @ts-types="./constants.d.ts"
export * from "npm:deno-std@1.4.0/path/constants.js";

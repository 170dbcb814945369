export const routes = {};
export const PORT = 8000;
export class Model {}
export function setup(): void {}

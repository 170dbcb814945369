// Fails in several ways, so that reports can be compared with the source: what
// tests look for is marked by comments, as lines may move.

/** What a frame of this file would hand over. */
export interface Scope {
  readonly name: string;
  readonly evaluate: (code: string) => unknown;
}

interface Item {
  readonly id: number;
}

export const scopes: Scope[] = [];

function note(name: string, evaluate: (code: string) => unknown): void {
  scopes.push({ name, evaluate });
}

async function query(sql: string): Promise<Item[]> { // start of query
  note("query", ($s$) => eval($s$));
  await Promise.resolve();
  throw new Error(`query failed: ${sql}`); // thrown by query
} // end of query

async function service(id: number): Promise<Item[]> { // start of service
  note("service", ($s$) => eval($s$));
  await Promise.resolve();
  return query(`select ${id}`); // called by service
} // end of service

export async function handler(): Promise<Item[]> { // start of handler
  const password = "hunter2";
  const token = "t";
  const started = [password, token].length;
  note("handler", ($s$) => eval($s$));
  const rows = await service(42 + started); // called by handler
  const late = rows;
  return late;
} // end of handler

export function recurse(depth: number): number {
  return recurse(depth + 1) + 1;
}

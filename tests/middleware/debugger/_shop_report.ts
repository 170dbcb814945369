import type {
  ErrorReport,
  ReportedFrame,
} from "../../../middleware/debugger/error_report.ts";
import {
  sampleError,
  sampleFrame,
  sampleReport,
  sampleVariable,
} from "./_sample_report.ts";

const CART = [
  'import { findUser } from "./users.ts";',
  "",
  "/** Adds up what is in a cart. */",
  "export class Cart {",
  "  #items: Item[] = [];",
  "",
  "  total(user: User | undefined): number {",
  "    const sum = this.#items.reduce((all, item) => all + item.price, 0);",
  "    // Members get what their level promises.",
  "    return sum * (1 - user.level.discount);",
  "  }",
  "",
  "  add(item: Item): void {",
  "    this.#items.push(item);",
  "  }",
  "}",
];

const CHECKOUT = [
  "export async function checkout(request: Request): Promise<Response> {",
  "  const { id, token } = await request.json();",
  "  const user = await findUser(id);",
  "  const cart = await Cart.load(id);",
  "",
  "  const total = cart.total(user);",
  "  return Response.json({ total, token: `paid:${token}` });",
  "}",
];

const own: readonly ReportedFrame[] = [
  sampleFrame({
    index: 0,
    functionName: "Cart.total",
    url: "file:///home/ann/shop/shop/cart.ts",
    path: "shop/cart.ts",
    line: 10,
    column: 28,
    source: { firstLine: 5, lines: CART.slice(4, 15) },
    variables: [
      sampleVariable("this", "object", "Cart { #items: [Array(3)] }", {
        kind: "this",
      }),
      sampleVariable("user", "undefined", "undefined", { kind: "argument" }),
      sampleVariable("sum", "number", "84.5"),
      sampleVariable("findUser", "function", "async findUser(id)", {
        kind: "closure",
      }),
      sampleVariable("Cart", "function", "class Cart", { kind: "closure" }),
    ],
  }),
  sampleFrame({
    index: 1,
    functionName: "checkout",
    url: "file:///home/ann/shop/shop/checkout.ts",
    path: "shop/checkout.ts",
    line: 14,
    column: 22,
    isAsync: true,
    source: { firstLine: 9, lines: CHECKOUT },
    variables: [
      sampleVariable(
        "request",
        "object",
        'Request { method: "POST", url: "http://localhost:8000/checkout?step=2" }',
        { kind: "argument" },
      ),
      sampleVariable("id", "number", "42"),
      sampleVariable("token", "string", '"tok_live_51Hx"', { isSecret: true }),
      sampleVariable("user", "undefined", "undefined"),
      sampleVariable(
        "cart",
        "object",
        'Cart { #items: [{ name: "Espresso cups, set of six", price: 32 }, … 2 more] }',
      ),
      sampleVariable("total", "unavailable", "<not initialised yet>"),
    ],
  }),
];

const libraries: readonly ReportedFrame[] = [2, 3, 4, 5, 6, 7, 8].map((index) =>
  sampleFrame({
    index,
    functionName: index === 8 ? "mapped" : "dispatch",
    url: "file:///home/ann/shop/node_modules/hono/dist/compose.js",
    path: "npm:hono@4.9.2/dist/compose.js",
    line: 20 + index,
    column: 23,
    isOwn: false,
    isAsync: true,
    source: {
      firstLine: 18 + index,
      lines: ["      try {", "", "        res = await handler(context, next);"],
    },
  })
);

const router = sampleFrame({
  index: 9,
  path: "app.ts",
  line: 21,
  column: 10,
  isAsync: true,
  source: { firstLine: 20, lines: ["", "  return await app.fetch(request);"] },
  variables: [sampleVariable("request", "object", "Request { … }")],
});

const query = sampleFrame({
  index: 10,
  functionName: "query",
  url: "file:///home/ann/shop/shop/db.ts",
  path: "shop/db.ts",
  line: 6,
  column: 11,
  source: {
    firstLine: 4,
    lines: [
      "  const row = rows[0];",
      "  if (!row) {",
      '    throw new Error("no row");',
    ],
  },
  variables: [sampleVariable("rows", "object", "[]")],
});

/** A report with all that there is, as a shop's checkout would yield it. */
export const SHOP_REPORT: ErrorReport = sampleReport({
  request: {
    method: "POST",
    url: "http://localhost:8000/checkout?step=2&token=s3cr3t",
    headers: [
      { name: "accept", value: "text/html", isSecret: false },
      { name: "cookie", value: "session=abc123", isSecret: true },
      { name: "user-agent", value: "Mozilla/5.0", isSecret: false },
    ],
  },
  error: sampleError({
    title: "TypeError: Cannot read properties of undefined (reading 'level')",
    properties: [sampleVariable("code", "string", '"E_CART"', {
      kind: "property",
    })],
    frames: [...own, ...libraries, router],
    cause: sampleError({
      title: "Error: no row",
      details: "select * from users\nwhere id = 42",
      frames: [query, { ...router, index: 11 }],
    }),
  }),
});

/** What the debugger's cost is measured with: one path for each kind of work. */
interface Row {
  id: number;
  name: string;
  tags: string[];
}

const rows: Row[] = Array.from({ length: 100 }, (_, id) => ({
  id,
  name: `row <${id}>`,
  tags: ["a", "b", `t${id % 7}`],
}));

const samples = Float64Array.from({ length: 4096 }, (_, index) => index / 7);

function hello(): Response {
  return new Response("Hello, world");
}

async function step(value: number): Promise<number> {
  await undefined;
  return value + 1;
}

async function awaits(): Promise<Response> {
  let value = 0;
  for (let count = 0; count < 25; count++) value = await step(value);
  return new Response(`${value}`);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function list(): Response {
  const items = rows
    .filter((row) => row.id >= 0)
    .map((row) => {
      const tags = row.tags.map((tag) => `<i>${escaped(tag)}</i>`).join(" ");
      return `<li id="r${row.id}">${escaped(row.name)} ${tags}</li>`;
    });
  return new Response(`<ul>${items.join("")}</ul>`, {
    headers: { "content-type": "text/html" },
  });
}

function loop(request: Request): Response {
  const times = request.url.length * 1000;
  let sum = 0;
  for (let index = 0; index < times; index++) {
    const weight = index * 3;
    sum = (sum + weight) % 1_000_003;
  }
  return new Response(`${sum}`);
}

function floats(request: Request): Response {
  let sum = request.url.length;
  for (let round = 0; round < 10; round++) {
    for (let index = 0; index < samples.length; index++) {
      sum += samples[index]! * round;
    }
  }
  return new Response(`${sum}`);
}

function isPrime(value: number): boolean {
  for (let divisor = 2; divisor * divisor <= value; divisor++) {
    if (value % divisor === 0) return false;
  }
  return value > 1;
}

function primes(request: Request): Response {
  let count = 0;
  for (let value = request.url.length; value < 3000; value++) {
    if (isPrime(value)) count++;
  }
  return new Response(`${count}`);
}

const paths: Record<
  string,
  (request: Request) => Response | Promise<Response>
> = { hello, awaits, list, loop, floats, primes };

/** The application. */
export default function app(request: Request): Response | Promise<Response> {
  const name = request.url.slice(request.url.lastIndexOf("/") + 1);
  return paths[name]!(request);
}

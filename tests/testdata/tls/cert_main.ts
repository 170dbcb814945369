import { certCommand } from "../../../serving/tls/cert_command.ts";

const encoder = new TextEncoder();
Deno.exitCode = await certCommand(
  Deno.args,
  (line) => Deno.stdout.writeSync(encoder.encode(`${line}\n`)),
  { err: (line) => Deno.stderr.writeSync(encoder.encode(`${line}\n`)) },
);

/**
 * The process that issues certificates: takes an order from the environment,
 * and prints what it has issued.
 *
 * @module
 */
import { ORDER_VARIABLE } from "./_issue.ts";
import { issueCertificates } from "./_issue_certificate.ts";

if (import.meta.main) {
  try {
    const order = Deno.env.get(ORDER_VARIABLE) ?? "{}";
    const issued = await issueCertificates(JSON.parse(order));
    await new Blob([JSON.stringify(issued)]).stream()
      .pipeTo(Deno.stdout.writable);
  } catch (error) {
    // In one line, as the user did not start this process.
    const reason = error instanceof Error ? error.message : String(error);
    await new Blob([reason]).stream().pipeTo(Deno.stderr.writable);
    Deno.exit(1);
  }
}

import type { Machine } from "./_machine.ts";
import { isIpName } from "./_certificate_names.ts";
import { shellText } from "./_run_program.ts";

/** What {@linkcode nextSteps} tells about. */
export interface MadeCertificate {
  /** The certificate's file. */
  readonly certFile: string;
  /** The key's file. */
  readonly keyFile: string;
  /** A name it is for. */
  readonly name: string;
  /** The certificate that a program has to trust: the authority's or this. */
  readonly root: string;
  /** Whether it is signed by itself. */
  readonly isSelfSigned: boolean;
  /** Whether all stores trust the authority. */
  readonly isTrusted: boolean;
}

/** What can be done with a certificate just made. */
export function nextSteps(made: MadeCertificate, machine: Machine): string[] {
  const { certFile, keyFile, root, isTrusted } = made;
  const url = `https://${hostOf(made.name)}:8000/`;
  const withEnv = (name: string, value: string, command: string) =>
    machine.os === "windows"
      ? `$env:${name} = '${value}'; ${command}`
      : `${name}=${shellText([value])} ${command}`;
  const trust = made.isSelfSigned
    ? [
      "Browsers warn of it: the authority may sign names of development alone,",
      "such as those below .test and .localhost, so it has signed itself.",
    ]
    : isTrusted
    ? ["The system and your browsers trust it already."]
    : [
      "Have the system and your browsers trust it, and all later ones:",
      "  devserve cert --trust",
    ];
  return [
    "Serve with it:",
    `  ${
      shellText(["devserve", "app.ts", "--cert", certFile, "--key", keyFile])
    }`,
    ...trust,
    "Or tell a single program what to trust:",
    `  ${shellText(["curl", "--cacert", root, url])}`,
    `  ${withEnv("DENO_CERT", root, "deno run client.ts")}`,
    `  ${withEnv("NODE_EXTRA_CA_CERTS", root, "node client.js")}`,
    ...made.isSelfSigned ? [] : [
      "Deno uses what the system trusts if told so:",
      `  ${withEnv("DENO_TLS_CA_STORE", "system", "deno run client.ts")}`,
    ],
  ];
}

function hostOf(name: string): string {
  if (isIpName(name)) return name.includes(":") ? `[${name}]` : name;
  return name.replace("*", "www");
}

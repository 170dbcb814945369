import { type CaIdentity, certificatesOf } from "./_ca_identity.ts";
import type { DevCa } from "./dev_ca.ts";
import type { Machine } from "./_machine.ts";
import { change, exists, findProgram, shellText } from "./_run_program.ts";
import { type Store, StoreError } from "./_store.ts";

/** How distributions keep what they trust. */
interface Distribution {
  /** The directory for certificates that the administrator adds. */
  readonly anchors: string;
  /** The ending that files in it have. */
  readonly ending: string;
  /** The command that has a change of them heeded. */
  readonly update: readonly [string, ...string[]];
  /** The file it makes, that programs read. */
  readonly bundle: string;
}

type Commands = readonly (readonly [string, ...string[]])[];

/** The first whose directory is there is the one. */
const DISTRIBUTIONS: readonly Distribution[] = [
  { // Fedora, RHEL and their kin
    anchors: "/etc/pki/ca-trust/source/anchors",
    ending: "pem",
    update: ["update-ca-trust", "extract"],
    bundle: "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  },
  { // Debian, Ubuntu, Alpine
    anchors: "/usr/local/share/ca-certificates",
    ending: "crt",
    update: ["update-ca-certificates"],
    bundle: "/etc/ssl/certs/ca-certificates.crt",
  },
  { // Arch; `trust anchor --store` would do the same to a file it names itself
    anchors: "/etc/ca-certificates/trust-source/anchors",
    ending: "crt",
    update: ["trust", "extract-compat"],
    bundle: "/etc/ssl/certs/ca-certificates.crt",
  },
  { // SUSE
    anchors: "/etc/pki/trust/anchors",
    ending: "pem",
    update: ["update-ca-certificates"],
    bundle: "/etc/ssl/ca-bundle.pem",
  },
];

/** The store of a Linux system: what curl, OpenSSL and most programs trust. */
export function linuxStore(
  ca: DevCa,
  { base64, label }: CaIdentity,
  machine: Machine,
): Store {
  const found = DISTRIBUTIONS.find(({ anchors }) =>
    exists(machine.root + anchors)
  );
  if (found === undefined) return unknownStore(ca);
  const { update, ending } = found;
  const bundle = machine.root + found.bundle;
  const anchor = `${machine.root}${found.anchors}/${label}.${ending}`;
  return {
    name: `System (${bundle})`,
    isTrusted: async () => {
      try {
        return certificatesOf(await Deno.readTextFile(bundle)).includes(base64);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return false;
        throw error;
      }
    },
    add: () =>
      changeAsRoot(machine, [
        ["install", "-m", "644", ca.certFile, anchor],
        update,
      ]),
    remove: async () => {
      if (!exists(anchor)) return;
      await changeAsRoot(machine, [["rm", "-f", anchor], update]);
    },
  };
}

function unknownStore({ certFile }: DevCa): Store {
  const fail = () =>
    Promise.reject(
      new StoreError(
        "the way of this system is not known",
        `give it ${certFile} by its own means`,
      ),
    );
  return {
    name: "System",
    isTrusted: fail,
    add: fail,
    remove: () => Promise.resolve(),
  };
}

/** Runs commands as root; nobody is asked for a password behind their back. */
async function changeAsRoot(
  machine: Machine,
  commands: Commands,
): Promise<void> {
  const hasSudo = findProgram(machine, "sudo") !== undefined;
  if (!machine.isRoot && !(hasSudo && machine.isTerminal)) {
    const prefix = hasSudo ? ["sudo"] : [];
    const all = commands
      .map((command) => shellText([...prefix, ...command]))
      .join(" && ");
    throw new StoreError(
      "that takes the rights of root",
      `run${hasSudo ? "" : " as root"}: ${all}`,
    );
  }
  for (const command of commands) {
    if (!machine.isRoot) machine.onSudo(shellText(["sudo", ...command]));
    await change(machine, machine.isRoot ? command : ["sudo", ...command]);
  }
}

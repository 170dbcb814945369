import { type CaIdentity, certificatesOf } from "./_ca_identity.ts";
import type { DevCa } from "./dev_ca.ts";
import { type Machine, shortPath } from "./_machine.ts";
import {
  hasDatabase,
  type NssDatabase,
  nssDatabases,
} from "./_nss_databases.ts";
import { change, findProgram, runProgram } from "./_run_program.ts";
import { type Store, StoreError } from "./_store.ts";

/** How to get certutil, by the program that installs packages. */
const INSTALL: Readonly<Record<string, string>> = {
  apt: "sudo apt install libnss3-tools",
  dnf: "sudo dnf install nss-tools",
  yum: "sudo yum install nss-tools",
  pacman: "sudo pacman -S nss",
  zypper: "sudo zypper install mozilla-nss-tools",
  apk: "sudo apk add nss-tools",
};

/** The stores of Chromium and Firefox on Linux, that do not read the system's. */
export function nssStores(
  ca: DevCa,
  identity: CaIdentity,
  machine: Machine,
): Store[] {
  const databases = nssDatabases(machine);
  if (databases.length === 0) return [];
  return findProgram(machine, "certutil") === undefined
    ? [storeWithoutCertutil(databases, machine)]
    : databases.map((database) => nssStore(database, ca, identity, machine));
}

function storeWithoutCertutil(
  databases: readonly NssDatabase[],
  machine: Machine,
): Store {
  const browsers = new Set(databases.map(({ browser }) => browser));
  const manager = Object.keys(INSTALL).find((name) =>
    findProgram(machine, name)
  );
  const fail = () =>
    Promise.reject(
      new StoreError(
        'the program "certutil" is not installed',
        manager === undefined
          ? "install the tools of NSS (Debian: libnss3-tools, Fedora: nss-tools)"
          : `run: ${INSTALL[manager]}`,
      ),
    );
  return {
    name: [...browsers].join(" and "),
    isTrusted: fail,
    add: fail,
    remove: fail,
  };
}

function nssStore(
  { browser, path }: NssDatabase,
  ca: DevCa,
  { base64, label }: CaIdentity,
  machine: Machine,
): Store {
  const database = ["-d", `sql:${path}`];
  const read = async (...args: string[]) => {
    const result = await runProgram(machine, [
      "certutil",
      "-L",
      ...database,
      ...args,
    ]);
    if (result.ok) return result.stdout;
    throw new StoreError(`certutil says: ${result.output}`);
  };
  const remove = async () => {
    if (!hasDatabase(path)) return;
    const names = entriesOf(await read()).map(({ name }) => name);
    if (!names.includes(label)) return;
    await change(machine, ["certutil", "-D", ...database, "-n", label]);
  };
  return {
    name: `${browser} (${shortPath(path, machine)})`,
    isTrusted: async () => {
      if (!hasDatabase(path)) return false;
      for (const { name, forServers } of entriesOf(await read())) {
        if (!forServers.includes("C")) continue;
        const pem = await read("-n", name, "-a");
        if (certificatesOf(pem).includes(base64)) return true;
      }
      return false;
    },
    add: async () => {
      if (!hasDatabase(path)) await makeDatabase(path, machine);
      try {
        await change(machine, [
          ...["certutil", "-A", ...database, "-t", "C,,"] as const,
          ...["-n", label, "-i", ca.certFile],
        ]);
      } catch (error) {
        // Where it asks for a password and gets none, certutil leaves the
        // certificate behind, though not trusted.
        await remove();
        throw error;
      }
    },
    remove,
  };
}

async function makeDatabase(path: string, machine: Machine): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  await change(machine, [
    ...["certutil", "-N", "-d", `sql:${path}`, "--empty-password"] as const,
  ]);
}

/** The entries in certutil's list: names and what they are trusted for. */
function entriesOf(list: string): { name: string; forServers: string }[] {
  return list.split("\n").flatMap((line) => {
    const [, name, forServers] =
      /^(.*\S)\s+([a-zA-Z]*),[a-zA-Z]*,[a-zA-Z]*\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, forServers: forServers! }];
  });
}

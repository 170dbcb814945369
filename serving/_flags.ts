/** A group of flags in the help. */
export type FlagGroup =
  | "Address"
  | "Serving"
  | "Reloading"
  | "Errors"
  | "Output"
  | "Other";

/** A flag of the command line. */
export interface Flag {
  /** The long name, without dashes. */
  readonly name: string;
  /** The one-letter name, without dash. */
  readonly short?: string;
  /** What its value is called in the help; without it the flag is a switch. */
  readonly value?: string;
  /** The value if none is given; then one is written `--name=value`. */
  readonly otherwise?: string;
  /** Whether it may be given several times. */
  readonly repeat?: boolean;
  /** What it does, for the help. */
  readonly help: string;
  /** Where the help lists it. */
  readonly group: FlagGroup;
  /** Whether it is no setting, so that the environment cannot give it. */
  readonly isCommand?: boolean;
}

/** All flags, in the order of the help. */
export const FLAGS: readonly Flag[] = [
  {
    name: "bind",
    short: "b",
    value: "ADDRESS",
    repeat: true,
    group: "Address",
    help: "listen on host:port, [ipv6]:port, :port, port or unix:///path" +
      "[?mode=660]; repeat it to listen on several",
  },
  {
    name: "host",
    value: "NAME",
    group: "Address",
    help: "listen on this host (default: localhost, on IPv4 and IPv6)",
  },
  {
    name: "port",
    short: "p",
    value: "N",
    group: "Address",
    help: "listen on this port; 0 takes a free one (default: 8000, or the " +
      "next free one)",
  },
  {
    name: "allowed-host",
    value: "NAME",
    repeat: true,
    group: "Address",
    help: "serve requests for this host, besides those bound; .name allows " +
      "all below it, * any",
  },
  {
    name: "cert",
    value: "FILE",
    group: "Address",
    help:
      "serve HTTPS with this certificate (PEM); adhoc makes one and keeps " +
      'it, see "devserve cert --help"',
  },
  {
    name: "key",
    value: "FILE",
    group: "Address",
    help: "the private key of the certificate, if it is not in the same file",
  },
  {
    name: "static",
    value: "URL=DIR",
    repeat: true,
    group: "Serving",
    help: "serve the files of a directory below a URL path",
  },
  {
    name: "proxy",
    value: "URL=TARGET",
    repeat: true,
    group: "Serving",
    help: "pass requests below a URL path on to another server: " +
      "/api=http://127.0.0.1:9000",
  },
  {
    name: "env-file",
    value: "FILE",
    repeat: true,
    group: "Serving",
    help: "set environment variables from a file; later files win, the real " +
      "environment beats all",
  },
  {
    name: "grace",
    value: "SECONDS",
    group: "Serving",
    help: "how long requests may take once stopped (default: 5)",
  },
  {
    name: "passthrough-errors",
    group: "Serving",
    help: "stop at the first error of the app",
  },
  {
    name: "no-reload",
    group: "Reloading",
    help: "do not start the app anew when its files change",
  },
  {
    name: "extra-file",
    value: "PATH",
    repeat: true,
    group: "Reloading",
    help: "watch this file, directory or glob, too",
  },
  {
    name: "exclude",
    value: "GLOB",
    repeat: true,
    group: "Reloading",
    help: "do not watch what matches",
  },
  {
    name: "keep",
    group: "Reloading",
    help: "serve on as before when a change has an error, instead of the error",
  },
  {
    name: "reloader",
    value: "TYPE",
    group: "Reloading",
    help: "watch: be told of changes; stat: look for them; auto (default)",
  },
  {
    name: "poll",
    value: "SECONDS",
    otherwise: "1",
    group: "Reloading",
    help: "look for changes this often, where the system tells of none: " +
      "in containers, on network disks",
  },
  {
    name: "relay",
    group: "Reloading",
    help: "pass connections on from one process instead of sharing the port " +
      "between processes; always so where the system cannot share it",
  },
  {
    name: "no-debugger",
    group: "Errors",
    help: "do not show errors of the app to clients, with its sources",
  },
  {
    name: "no-evalex",
    group: "Errors",
    help: "show errors, but run no code in their frames",
  },
  {
    name: "debug-package",
    value: "NAME",
    repeat: true,
    group: "Errors",
    help: "show the variables of this npm package, too",
  },
  {
    name: "debug-exclude",
    value: "GLOB",
    repeat: true,
    group: "Errors",
    help: "show no variables of these files, and leave them as they are",
  },
  {
    name: "debug-pin",
    value: "PIN",
    group: "Errors",
    help: "ask for these digits before code is run, or for none if off " +
      "(default: random)",
  },
  {
    name: "editor",
    value: "URL",
    group: "Errors",
    help: "open files with vscode, cursor, zed, idea or a URL with {path}, " +
      "{line} and {column}",
  },
  {
    name: "editor-path",
    value: "HERE=THERE",
    repeat: true,
    group: "Errors",
    help: "where the editor has the files of a folder: /app=/home/ann/app",
  },
  {
    name: "clear",
    group: "Output",
    help: "clear the terminal at each reload",
  },
  {
    name: "open",
    group: "Output",
    help: "open the app in the browser once it is there",
  },
  {
    name: "log",
    value: "FORMAT",
    group: "Output",
    help: "dev, common, combined, json or none (default: dev)",
  },
  {
    name: "quiet",
    short: "q",
    group: "Output",
    help: "print warnings and errors alone",
  },
  { name: "no-color", group: "Output", help: "print without colors" },
  {
    name: "help",
    short: "h",
    group: "Other",
    isCommand: true,
    help: "show this help",
  },
  {
    name: "version",
    short: "V",
    group: "Other",
    isCommand: true,
    help: "show the version",
  },
];

/** The environment variable that stands for a flag. */
export function envName({ name }: Flag): string {
  return flagEnvName(name);
}

/** The environment variable that stands for the flag of a name. */
export function flagEnvName(name: string): string {
  return `DEVSERVE_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** Whether a flag turns off what is on without it. */
export function isOnByDefault({ name }: Flag): boolean {
  return name.startsWith("no-");
}

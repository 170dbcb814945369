import { assertEquals } from "@std/assert";
import { parseMounts, polledType } from "../../reloader/_polled_mounts.ts";

Deno.test("parseMounts() reads folders with spaces and tabs", () => {
  const text =
    "a / ext4 rw 0 0\nb /mnt/my\\040disk\\011x nfs4 rw 0 0\nbroken\n";
  assertEquals(parseMounts(text), [
    { folder: "/", type: "ext4" },
    { folder: "/mnt/my disk\tx", type: "nfs4" },
  ]);
});

Deno.test("polledType() takes the mount that the folder is on", () => {
  const mounts = parseMounts([
    "o / overlay rw 0 0",
    "h /app 9p rw 0 0",
    "t /app/tmp tmpfs rw 0 0",
    "s /ssh fuse.sshfs rw 0 0",
    "w /win fuseblk rw 0 0",
    "n /again nfs4 rw 0 0",
    "e /again ext4 rw 0 0",
  ].join("\n"));
  assertEquals(polledType("/app/src", mounts), "9p");
  assertEquals(polledType("/app", mounts), "9p");
  assertEquals(polledType("/ssh/x", mounts), "fuse.sshfs");
  for (const folder of ["/", "/apps", "/app/tmp/x", "/win", "/again", "/x"]) {
    assertEquals(polledType(folder, mounts), undefined, folder);
  }
  assertEquals(polledType("/x", []), undefined);
});

Deno.test("polledType() knows the file systems that do not tell", () => {
  const types = ["9p", "drvfs", "vboxsf", "fuse", "fuse.sshfs", "nfs", "nfs4"];
  types.push("cifs", "smb3", "virtiofs", "prl_fs", "vmhgfs", "fuse.vmhgfs");
  for (const type of types) {
    assertEquals(polledType("/x", [{ folder: "/x", type }]), type);
  }
  for (const type of ["ext4", "overlay", "btrfs", "tmpfs", "xfs", "fusectl"]) {
    assertEquals(polledType("/x", [{ folder: "/x", type }]), undefined);
  }
});

import { assertEquals } from "@std/assert";
import { gitLock } from "../../reloader/_git_lock.ts";

Deno.test("gitLock() tells whether git holds its lock, also in a linked tree", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${root}/tree/deep`, { recursive: true });
    const isLocked = gitLock();
    const isBusy = () => isLocked(`${root}/tree/deep/app.ts`);
    assertEquals(isBusy(), false);
    await Deno.mkdir(`${root}/git/worktrees/tree`, { recursive: true });
    const link = "gitdir: ../git/worktrees/tree\n";
    await Deno.writeTextFile(`${root}/tree/.git`, link);
    assertEquals(isBusy(), false);

    const lock = `${root}/git/worktrees/tree/index.lock`;
    await Deno.writeTextFile(lock, "");
    assertEquals(isBusy(), true);
    assertEquals(isLocked(`${root}/other/app.ts`), false);
    const old = new Date(Date.now() - 3600_000);
    await Deno.utime(lock, old, old);
    assertEquals(isBusy(), false); // left behind
    await Deno.remove(lock);
    assertEquals(isBusy(), false);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

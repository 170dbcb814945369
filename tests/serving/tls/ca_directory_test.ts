import { assertEquals, assertThrows } from "@std/assert";
import { caDirectory } from "../../../serving/tls/dev_ca.ts";
import { temporaryHome } from "./_tls_fixtures.ts";

const isLinux = Deno.build.os === "linux";

Deno.test("caDirectory() is DEVSERVE_CA_DIR if that is set", () => {
  using _home = temporaryHome();
  Deno.env.set("XDG_CONFIG_HOME", "/somewhere");
  Deno.env.set("DEVSERVE_CA_DIR", "/chosen");
  assertEquals(caDirectory(), "/chosen");
});

Deno.test("caDirectory() refuses a relative DEVSERVE_CA_DIR", () => {
  using _home = temporaryHome();
  Deno.env.set("DEVSERVE_CA_DIR", "certs");
  assertThrows(
    caDirectory,
    RangeError,
    'Cannot use DEVSERVE_CA_DIR as it must be an absolute path: current value is "certs"',
  );
});

Deno.test({
  name: "caDirectory() is in the directory of the user's settings",
  ignore: !isLinux,
  fn() {
    using home = temporaryHome();
    Deno.env.delete("DEVSERVE_CA_DIR");
    Deno.env.delete("XDG_CONFIG_HOME");
    Deno.env.set("HOME", home.folder);
    assertEquals(caDirectory(), `${home.folder}/.config/devserve`);
    Deno.env.set("XDG_CONFIG_HOME", "relative/is/ignored");
    assertEquals(caDirectory(), `${home.folder}/.config/devserve`);
    Deno.env.set("XDG_CONFIG_HOME", "/xdg");
    assertEquals(caDirectory(), "/xdg/devserve");
  },
});

Deno.test({
  name: "caDirectory() says which variables it misses",
  ignore: !isLinux,
  fn() {
    using _home = temporaryHome();
    Deno.env.delete("DEVSERVE_CA_DIR");
    Deno.env.delete("XDG_CONFIG_HOME");
    Deno.env.delete("HOME");
    assertThrows(
      caDirectory,
      Deno.errors.NotFound,
      "neither DEVSERVE_CA_DIR nor HOME is set",
    );
  },
});

Deno.test({
  name: "caDirectory() says what to allow when the environment is closed",
  ignore: !isLinux,
  permissions: { env: false },
  fn() {
    assertThrows(
      caDirectory,
      Deno.errors.NotCapable,
      'reading "HOME" is not allowed (allow it with --allow-env=HOME',
    );
  },
});

Deno.test({
  name: "caDirectory() does without permission for what is optional",
  ignore: !isLinux,
  permissions: { env: ["HOME"] },
  fn() {
    assertEquals(caDirectory(), `${Deno.env.get("HOME")}/.config/devserve`);
  },
});

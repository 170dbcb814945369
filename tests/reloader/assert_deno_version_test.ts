import { assertThrows } from "@std/assert";
import { assertDenoVersion } from "../../reloader/assert_deno_version.ts";

Deno.test("assertDenoVersion() accepts this version and later ones", () => {
  assertDenoVersion();
  for (const version of ["2.9.0", "2.9.0-rc.1", "2.10.3", "3.0.0"]) {
    assertDenoVersion(version);
  }
});

Deno.test("assertDenoVersion() refuses versions before that", () => {
  for (const version of ["2.8.3", "2.0.0", "1.46.3"]) {
    assertThrows(
      () => assertDenoVersion(version),
      Deno.errors.NotSupported,
      `Cannot reload or debug an app with Deno ${version}: expected Deno 2.9 or later`,
    );
  }
});

import { assertEquals } from "@std/assert";
import { sites } from "../../examples/virtual_hosts.ts";
import { INFO } from "./_info.ts";

Deno.test("examples/virtual_hosts.ts has an app for each host and path", async () => {
  for (
    const [url, text] of [
      ["http://localhost:8000/", "The site\n"],
      [
        "http://localhost:8000/api/users",
        '{"scriptName":"/api","path":"/users"}',
      ],
      ["http://api.localhost:8000/users", '{"scriptName":"","path":"/users"}'],
      ["http://ada.app.localhost:8000/", "The place of ada\n"],
      ["http://127.0.0.1:8000/", "The site\n"],
    ] as const
  ) {
    const response = await sites(new Request(url), INFO);
    assertEquals(await response.text(), text);
  }
});

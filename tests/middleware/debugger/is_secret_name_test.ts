import { assertEquals } from "@std/assert";
import {
  isSecret,
  isSecretName,
} from "../../../middleware/debugger/report/_is_secret_name.ts";

Deno.test("isSecretName() knows the names of secrets in any case", () => {
  const names = [
    "password",
    "passwd",
    "userPassword",
    "db_pwd",
    "PASSPHRASE",
    "secret",
    "clientSecret",
    "#secret",
    "token",
    "accessToken",
    "accesstoken",
    "CSRFToken",
    "x-csrf-token",
    "apiKey",
    "API_KEY",
    "APIKey",
    "x-api-key",
    "apikey",
    "auth",
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "cookies",
    "session",
    "sessionId",
    "SESSION_ID",
    "credentials",
    "privateKey",
    "private_key",
    "signingKey",
    "jwt",
    "AWS_SECRET_ACCESS_KEY",
  ];
  assertEquals(names.filter((name) => !isSecretName(name)), []);
});

Deno.test("isSecretName() leaves other names alone", () => {
  const names = [
    "keyboard",
    "key",
    "keys",
    "publicKey",
    "author",
    "authors",
    "authority",
    "authenticated",
    "passenger",
    "compass",
    "bypass",
    "tokenCount",
    "maxTokens",
    "tokenizer",
    "tokenType",
    "sessionTimeout",
    "authUrl",
    "secretary",
    "www-authenticate",
    "sec-websocket-key",
    "isPrivate",
    "hasSession",
    "accept",
    "hash",
    "",
    "名前",
  ];
  assertEquals(names.filter(isSecretName), []);
});

Deno.test("isSecret() looks at the value, too", () => {
  assertEquals(isSecret("password", undefined), false);
  assertEquals(isSecret("auth", true), false);
  assertEquals(isSecret("getToken", () => {}), false);
  assertEquals(isSecret("session", null), false);
  assertEquals(isSecret("session", {}), true);
  assertEquals(isSecret("url", "postgres://me:pw@host/db"), true);
  assertEquals(isSecret("url", "http://host:80/a@b"), false);
  assertEquals(isSecret("x".repeat(1e6), "1"), false);
});

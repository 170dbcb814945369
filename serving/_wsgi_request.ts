import { BufferedInput } from "./_wsgi_buffered_input.ts";
import { describe } from "./_wsgi_describe.ts";
import { requestVariables } from "./_wsgi_environ.ts";
import { StreamInput } from "./_wsgi_stream_input.ts";
import { splitTarget } from "./_wsgi_target.ts";
import type { WsgiBufferedInput, WsgiEnviron, WsgiInput } from "./wsgi.ts";

/** What every console has: who may use it, the files of its pages, and the live stream. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { SHARED_STYLES } from '../../domain/report/styles.ts';
import { guard, headers, type Secrets } from './guard.ts';
import type { Topics } from './topics.ts';

/** A mail may do nothing, also when it is opened without its frame. */
const MAIL_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'self'; sandbox";
/** Bytes. An event has at most 256 KB. */
const LARGEST_BODY = 2 * 1024 * 1024;

/** An application that only the person can use who has the secrets, and whose live pages hear of `topics`. */
export function guarded(secrets: Secrets, port: () => number, topics: Topics): Hono {
  const app = new Hono();
  // After the headers of other pages, which it replaces.
  app.use(async (context, next) => {
    await next();
    if (context.req.path.endsWith('/mail')) context.header('content-security-policy', MAIL_POLICY);
  });
  app.use(headers());
  app.use(
    bodyLimit({ maxSize: LARGEST_BODY, onError: (context) => context.text('This is too long for a form.', 413) }),
  );
  app.use(guard(secrets, port));
  app.use(async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
  });
  for (const [path, type, body] of assets())
    app.get(path, (context) => context.body(body, 200, { 'content-type': `${type}; charset=utf-8` }));

  app.get('/live', (context) =>
    streamSSE(context, async (stream) => {
      const left = new Promise<void>((resolve) => stream.onAbort(resolve));
      const leave = topics.listen((topic) => void stream.writeSSE({ event: 'changed', data: topic }));
      // The browser learns that it listens, and looks again at what it missed.
      await stream.writeSSE({ event: 'ready', data: '' });
      await Promise.race([left, topics.ended]);
      leave();
    }),
  );
  return app;
}

/** Answers with a page. */
export const page = (
  context: Context,
  content: { toString: () => string | Promise<string> },
  status: 200 | 404 | 409 | 422 | 500 = 200,
) => context.html(`<!doctype html>${content.toString()}`, status);

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#0b5cad"/><circle cx="8" cy="8" r="2.5" fill="#fff"/></svg>';

/** The files that pages load: path, type and content. The script is TypeScript without its types. */
function assets(): readonly (readonly [string, string, string])[] {
  const read = (name: string) => readFileSync(join(import.meta.dirname, 'client', name), 'utf8');
  const script = transformSync(read('console.ts'), { loader: 'ts', target: 'es2022' }).code;
  const palette = SHARED_STYLES.slice(0, SHARED_STYLES.indexOf('* {'));
  return [
    ['/assets/console.css', 'text/css', palette + read('console.css')],
    ['/assets/mail.css', 'text/css', palette + read('mail.css')],
    ['/assets/console.js', 'text/javascript', script],
    ['/assets/icon.svg', 'image/svg+xml', ICON],
  ];
}

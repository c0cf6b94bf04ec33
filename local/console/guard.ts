/**
 * Lets only the person who started the console use it. Other pages in the same browser may ask 127.0.0.1, too, even under
 * a name of their own (DNS rebinding); other people may be logged in to the same machine.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';

/** The secrets of one run of the console. */
export interface Secrets {
  /** In the address that the terminal shows, and then in a cookie. */
  readonly session: string;
  /** In the forms of the pages. */
  readonly form: string;
}

export const newSecrets = (): Secrets => ({ session: secret(), form: secret() });
const secret = () => randomBytes(24).toString('base64url');

/** The name of the field of forms that has the secret. */
export const FORM_FIELD = 'form';
/** Files that hold nothing of the user: a page in a sandboxed frame asks for them without the cookie. */
const PUBLIC = '/assets/';

/** Headers of every answer. Nothing comes from another host, and no page runs a script that is written in it. */
export const headers = (): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      frameSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'self'"],
    },
    referrerPolicy: 'same-origin',
    // There is no HTTPS to insist on.
    strictTransportSecurity: false,
    originAgentCluster: false,
    // Styles are also for the sandboxed frame of a mail, which counts as another origin. Pages need the cookie.
    crossOriginResourcePolicy: 'cross-origin',
  });

/** Refuses a request of anybody else, with the reason. `port` is known when the server listens. */
export function guard(secrets: Secrets, port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context;
    // Browsers leave port 80 out.
    const ending = port() === 80 ? '' : `:${port()}`;
    const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}${ending}`);
    const host = req.header('host') ?? '';
    if (!hosts.includes(host)) return context.text('This console answers only at 127.0.0.1.', 403);
    const changes = req.method !== 'GET' && req.method !== 'HEAD';
    // The sandboxed frame of a mail asks for its style with the origin "null".
    if (!changes && req.path.startsWith(PUBLIC)) return next();
    const origin = req.header('origin');
    if ((origin !== undefined || changes) && origin !== `http://${host}`)
      return context.text('Another page sent this request. It is refused.', 403);
    const cookie = `ground-control-${port()}`;
    const given = req.query('token');
    if (given !== undefined && isSame(given, secrets.session)) {
      setCookie(context, cookie, secrets.session, { httpOnly: true, sameSite: 'Strict', path: '/' });
      const address = new URL(req.url);
      address.searchParams.delete('token');
      // A path that begins with two slashes would be another host.
      return context.redirect(`${address.pathname.replace(/^\/+/, '/')}${address.search}`);
    }
    if (!isSame(getCookie(context, cookie) ?? '', secrets.session))
      return context.text('Open the address that the terminal shows. It has a token for this run.', 403);
    if (changes) {
      const { [FORM_FIELD]: field } = await req.parseBody().catch((): Record<string, unknown> => ({}));
      if (typeof field !== 'string' || !isSame(field, secrets.form))
        return context.text('This form is of another run of the console. Load the page again.', 403);
    }
    return next();
  };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

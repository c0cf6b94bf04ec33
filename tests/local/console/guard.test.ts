/** Who may use the console: the person who has the address of this run, from its own pages. */
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { guard, headers, newSecrets } from '../../../local/console/guard.ts';

const PORT = 4321;
const HOST = `127.0.0.1:${PORT}`;
const secrets = newSecrets();
const cookie = `ground-control-${PORT}=${secrets.session}`;
const app = new Hono();
app.use(headers());
app.use(guard(secrets, () => PORT));
app.get('/page', (context) => context.text('a page'));
app.get('/assets/x.css', (context) => context.text('styles'));
app.post('/change', (context) => context.text('changed'));

const get = (path: string, sent: Record<string, string> = {}) =>
  app.request(`http://${HOST}${path}`, { headers: { host: HOST, ...sent } });
const post = (sent: Record<string, string>, form: string | undefined) =>
  app.request(`http://${HOST}/change`, {
    method: 'POST',
    headers: { host: HOST, 'content-type': 'application/x-www-form-urlencoded', ...sent },
    body: form === undefined ? '' : `form=${form}`,
  });
const origin = `http://${HOST}`;

describe('a page', () => {
  it('is shown to who has the cookie of this run', async () => {
    const answer = await get('/page', { cookie });
    expect([answer.status, await answer.text()]).toEqual([200, 'a page']);
  });

  it('gives the cookie for the token, and takes the token out of the address', async () => {
    const answer = await get(`/page?token=${secrets.session}&message=2`);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/page?message=2']);
    expect(answer.headers.get('set-cookie')).toBe(`${cookie}; Path=/; HttpOnly; SameSite=Strict`);
  });

  it.each([
    ['without a cookie', '/page', {}],
    ['with a cookie of another run', '/page', { cookie: `ground-control-${PORT}=${newSecrets().session}` }],
    ['with a wrong token', '/page?token=x', {}],
    ['under another name (DNS rebinding)', '/page', { cookie, host: `evil.example:${PORT}` }],
    ['under another port', '/page', { cookie, host: '127.0.0.1:80' }],
    ['for a script of another page', '/page', { cookie, origin: 'http://evil.example' }],
    ['for a sandboxed page', '/page', { cookie, origin: 'null' }],
    ['of styles under another name', '/assets/x.css', { host: 'evil.example' }],
  ])('is refused %s', async (_, path, sent) => {
    const answer = await get(path, sent);
    expect([answer.status, await answer.text()]).toEqual([403, expect.not.stringContaining('a page')]);
  });

  it('runs no script that is written in it, and loads nothing from other hosts', async () => {
    const policy = (await get('/page', { cookie })).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });
});

describe('a change', () => {
  it('is made for a form of this run', async () => {
    expect((await post({ cookie, origin }, secrets.form)).status).toBe(200);
  });

  it.each([
    ['without the secret of the form', { cookie, origin }, undefined],
    ['with a wrong secret', { cookie, origin }, 'x'],
    ['with the secret of the session', { cookie, origin }, secrets.session],
    ['from another page', { cookie, origin: 'http://evil.example' }, secrets.form],
    ['from nowhere', { cookie }, secrets.form],
    ['without a cookie', { origin }, secrets.form],
  ])('is refused %s', async (_, sent, form) => {
    const answer = await post(sent, form);
    expect([answer.status, await answer.text()]).toEqual([403, expect.not.stringContaining('changed')]);
  });
});

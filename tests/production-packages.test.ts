import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerIn } from '../tools/audit.ts';
import { isAllowed, productionPackages } from '../tools/licences.ts';
import { ROOT } from './support/events.ts';

const lock: { packages: Record<string, { integrity?: string; link?: boolean }> } = JSON.parse(
  readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
);
const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);

describe('a production package', () => {
  it('is each dependency, and what it needs; no development dependency', () => {
    const names = productionPackages(lock).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    expect(names.length).toBeGreaterThan(Object.keys(dependencies).length);
    expect(names).not.toContain('vitest');
  });

  it('has a licence that only asks to be named, or less', () => {
    expect(productionPackages(lock).filter(({ licence }) => !isAllowed(licence))).toEqual([]);
  });

  it('is refused without a licence or with another one', () => {
    const licences = [undefined, 'GPL-3.0-only', 'SEE LICENSE IN x', 'MIT AND GPL-3.0-only', '(GPL-2.0-only OR MIT)'];
    expect(licences.map(isAllowed)).toEqual([false, false, false, false, true]);
  });
});

describe('an installed package', () => {
  it('has a checksum, which npm ci compares', () => {
    const without = Object.entries(lock.packages).filter(([path, one]) => path !== '' && one.integrity === undefined);
    expect(without).toEqual([]);
  });
});

describe('the answer of npm audit', () => {
  it('is a report, or the reason why there is none, without the address of a registry', () => {
    expect(answerIn('{"auditReportVersion": 2, "vulnerabilities": {}}')).toBe('report');
    expect(answerIn('{"message": "405 Method Not Allowed - POST https://registry.example/x"}')).toEqual({
      none: '405 Method Not Allowed - POST the registry',
    });
    expect(answerIn('no JSON')).toEqual({ none: 'npm printed no JSON' });
  });
});

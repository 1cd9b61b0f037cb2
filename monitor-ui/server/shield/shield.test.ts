import { describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateFileError } from '../private-files/index.ts';
import { Shield, ShieldError } from './shield.ts';

const shield = Shield.ofKey(Buffer.alloc(32, 7));

describe('Shield', () => {
  it('opens what it sealed, in its place only', () => {
    const sealed = shield.seal('Nguyễn Thị Ánh, 0912 345 678', 'complaint/1');
    expect(sealed).not.toContain('Ánh');
    expect(shield.open(sealed, 'complaint/1')).toBe('Nguyễn Thị Ánh, 0912 345 678');
    expect(() => shield.open(sealed, 'complaint/2')).toThrow(ShieldError);
    expect(shield.seal('a', 'x')).not.toBe(shield.seal('a', 'x'));
  });

  it('opens nothing that was altered, anywhere', () => {
    const sealed = shield.sealBytes(Buffer.from('what was said'), 'complaint/1');
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      expect(() => shield.openBytes(altered, 'complaint/1')).toThrow(ShieldError);
    }
    for (const length of [0, 5, 28, sealed.length - 1]) {
      expect(() => shield.openBytes(sealed.subarray(0, length), 'complaint/1')).toThrow(ShieldError);
    }
    expect(() => shield.open('plain', 'complaint/1')).toThrow(ShieldError);
  });

  it('digests by key, purpose and value', () => {
    const other = Shield.ofKey(Buffer.alloc(32, 8));
    expect(shield.digest('phone', '0912')).toBe(shield.digest('phone', '0912'));
    expect(shield.digest('phone', '0912')).not.toBe(shield.digest('ticket', '0912'));
    expect(shield.digest('phone', '0912')).not.toBe(other.digest('phone', '0912'));
    expect(() => other.open(shield.seal('a', 'x'), 'x')).toThrow(ShieldError);
  });

  it('keeps its key in a file of its own, and makes none where one was lost', () => {
    const directory = mkdtempSync(join(tmpdir(), 'shield-'));
    try {
      const file = join(directory, 'shield.key');
      expect(() => Shield.open(file, { mayMake: false })).toThrow(PrivateFileError);
      const sealed = Shield.open(file, { mayMake: true }).seal('a', 'x');
      expect(Shield.open(file, { mayMake: false }).open(sealed, 'x')).toBe('a');
      chmodSync(file, 0o644);
      expect(() => Shield.open(file, { mayMake: true })).toThrow(/0600/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

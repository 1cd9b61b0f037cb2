import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  checkedSignatures,
  checkpointText,
  formatNote,
  formatVerifierKey,
  LedgerError,
  openNote,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  signedNote,
  signNoteText,
  verifierKey,
  withSignature,
} from './index.ts';

/** The example of C2SP signed-note. */
const exampleKey = parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
const example =
  'This is an example message.\n\n' +
  '\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

/** Keys and signatures that Go's sumdb/note tests with. */
const peter = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
const enoch = parseVerifierKey('EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop');
const text =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n";
const peterLine =
  '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const enochLine =
  '\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
const peterSeed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const ed25519Pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const peterPrivate = createPrivateKey({
  key: Buffer.concat([ed25519Pkcs8, peterSeed]),
  format: 'der',
  type: 'pkcs8',
});

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
  return 'none';
};

describe('published notes', () => {
  it('are read and found signed', () => {
    expect(openNote(example, [exampleKey]).note.text).toBe('This is an example message.\n');
    const both = openNote(`${text}\n${peterLine}${enochLine}`, [peter, enoch]);
    expect(both.checked.map(({ key }) => key.name)).toEqual(['PeterNeumann', 'EnochRoot']);
  });

  it('are written byte for byte alike', () => {
    expect(signedNote(text, { key: peter, privateKey: peterPrivate }, 0)).toBe(`${text}\n${peterLine}`);
    const note = parseNote(`${text}\n${peterLine}${enochLine}`);
    expect(formatNote(note)).toBe(`${text}\n${peterLine}${enochLine}`);
    const again = signNoteText(text, { key: peter, privateKey: peterPrivate }, 0);
    expect(withSignature(note, again).signatures.map(({ name }) => name)).toEqual([
      'EnochRoot',
      'PeterNeumann',
    ]);
  });

  it('keep out signatures of keys that nobody named, and fall with one that does not fit', () => {
    expect(openNote(`${text}\n${peterLine}${enochLine}`, [peter]).checked).toHaveLength(1);
    expect(codeOf(() => openNote(`${text}\n${enochLine}`, [peter]))).toBe('untrusted');
    expect(codeOf(() => openNote(`${text}.\n\n${peterLine}${enochLine}`, [enoch]))).toBe('bad-signature');
  });

  it.each([
    text,
    `${text}\n`,
    `${text}\n${peterLine.slice(0, -1)}`,
    `\u0001${text}\n${peterLine}`,
    `\ud800${text}\n${peterLine}`,
    `${text}\n${peterLine.replace('PeterNeumann', 'Bad Name')}`,
    `${text}\n${peterLine}Unexpected line.\n`,
    `${text}\n${peterLine.repeat(101)}`,
  ])('what is no note is refused', (note) => {
    expect(codeOf(() => openNote(note, [peter]))).toBe('malformed');
  });
});

describe('verifier keys', () => {
  it('are written as they are read', () => {
    for (const key of [exampleKey, peter, enoch])
      expect(parseVerifierKey(formatVerifierKey(key))).toEqual(key);
  });

  it('with any part cut or changed are refused', () => {
    const written = formatVerifierKey(peter);
    for (let from = 0; from <= written.length; from += 1) {
      for (let to = from + 1; to <= written.length; to += 1) {
        if (to - from === written.length) continue;
        expect(codeOf(() => parseVerifierKey(written.slice(from, to)))).toBe('malformed');
      }
    }
    for (let at = 0; at < written.length; at += 1) {
      const changed = String.fromCharCode(written.charCodeAt(at) + 1);
      expect(codeOf(() => parseVerifierKey(written.slice(0, at) + changed + written.slice(at + 1)))).toBe(
        'malformed',
      );
    }
    const unknownKind = 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    expect(codeOf(() => parseVerifierKey(unknownKind))).toBe('malformed');
  });
});

describe('cosignatures', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const witness = { key: verifierKey('witness.example/w1', 'cosignature', new Uint8Array(raw)), privateKey };
  const head = checkpointText({ origin: 'example.com/log', size: 7, root: new Uint8Array(32).fill(9) });
  const note = withSignature(parseNote(signedNote(head, { key: peter, privateKey: peterPrivate }, 0)), {
    ...signNoteText(head, witness, 1_679_315_147),
  });

  it('say when they were given', () => {
    const checked = checkedSignatures(note, [peter, witness.key]);
    expect(checked.map(({ key, atUnixS }) => [key.name, atUnixS])).toEqual([
      ['PeterNeumann', undefined],
      ['witness.example/w1', 1_679_315_147],
    ]);
  });

  it('cannot be given another time or another head', () => {
    const [, cosigned] = note.signatures;
    const moved = Uint8Array.from(cosigned?.signature ?? []);
    moved[7] = (moved[7] ?? 0) ^ 1;
    const redated = withSignature(note, {
      name: witness.key.name,
      keyId: witness.key.keyId,
      signature: moved,
    });
    expect(codeOf(() => checkedSignatures(redated, [witness.key]))).toBe('bad-signature');
    const elsewhere = { ...note, text: head.replace('\n7\n', '\n8\n') };
    expect(codeOf(() => checkedSignatures(elsewhere, [witness.key]))).toBe('bad-signature');
  });
});

describe('checkpoints', () => {
  it('are the three lines of C2SP tlog-checkpoint', () => {
    const published = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    expect(checkpointText(parseCheckpoint(published))).toBe(published);
    expect(parseCheckpoint(`${published}an extension\n`).size).toBe(20_852_163);
  });

  it.each([
    '',
    'a\n1\n',
    'a\n01\nAAAA\n',
    `a\n1\n${'A'.repeat(43)}=`,
    `a\n-1\n${'A'.repeat(43)}=\n`,
    `a\n1\n${'A'.repeat(43)}=\n\n`,
  ])('what is none is refused: %j', (written) =>
    expect(codeOf(() => parseCheckpoint(written))).toBe('malformed'),
  );
});

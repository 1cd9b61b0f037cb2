import { hash, verify, type Options } from '@node-rs/argon2';

/** Argon2id at 19 MiB, 2 passes, 1 lane: OWASP Password Storage Cheat Sheet. The library's default kind is Argon2id. */
const argon2Options: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), argon2Options);
}

let nobodysHash: Promise<string> | undefined;

/** Takes as long for a person who does not exist as for one who does. */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  nobodysHash ??= hashPassword('nobody has this password');
  const matches = await verify(passwordHash ?? (await nobodysHash), password.normalize('NFC'));
  return matches && passwordHash !== undefined;
}

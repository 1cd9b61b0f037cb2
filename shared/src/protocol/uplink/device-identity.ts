import { z } from 'zod';

const word = z.string().min(1).max(100);

/**
 * Who a device says it is, by ONVIF (`GetDeviceInformation`, `GetNetworkInterfaces`); only what it told. Firmware is left
 * out: that may change. A device that lies about all of it cannot be told from the one it says it is, unless by its key.
 */
export const deviceIdentitySchema = z.strictObject({
  manufacturer: word.optional(),
  model: word.optional(),
  serialNumber: word.optional(),
  hardwareId: word.optional(),
  /** Lower case with colons, sorted. */
  macAddresses: z
    .array(z.string().regex(/^([\da-f]{2}:){5}[\da-f]{2}$/))
    .min(1)
    .max(16)
    .optional(),
  /** SHA-256 of the public key it answers with, in hex, where ONVIF is spoken over TLS. That one it cannot lie about. */
  tlsKey: z
    .string()
    .regex(/^[\da-f]{64}$/)
    .optional(),
});
export type DeviceIdentity = z.infer<typeof deviceIdentitySchema>;

const why = z.string().max(300);

/** The states of `deviceStandingSchema`, by their fields. */
export const deviceStandingShapes = {
  /** Nobody can say: a plain RTSP stream, or a device that never told. */
  notKnown: { is: z.literal('not-known'), why },
  /** It says it is who it was when it was registered; or, where it had not told then, when it first did. */
  known: { is: z.literal('known'), identity: deviceIdentitySchema },
  /** Under its address another one answers. Its footage is recorded all the same. */
  other: { is: z.literal('other'), expected: deviceIdentitySchema, identity: deviceIdentitySchema },
  /** What is recorded no longer says who it is. */
  silent: { is: z.literal('silent'), expected: deviceIdentitySchema, why },
} as const;

/** How a device stands to the identity it was registered with. */
export const deviceStandingSchema = z.discriminatedUnion('is', [
  z.strictObject(deviceStandingShapes.notKnown),
  z.strictObject(deviceStandingShapes.known),
  z.strictObject(deviceStandingShapes.other),
  z.strictObject(deviceStandingShapes.silent),
]);
export type DeviceStanding = z.infer<typeof deviceStandingSchema>;

const named = {
  serialNumber: 'serial number',
  hardwareId: 'hardware id',
  manufacturer: 'manufacturer',
  model: 'model',
  tlsKey: 'TLS key',
} as const satisfies Partial<Record<keyof DeviceIdentity, string>>;
const fields = ['serialNumber', 'hardwareId', 'manufacturer', 'model', 'tlsKey'] as const;
const shownLength = 40;

/**
 * Whether `found` is another device than `expected`. What was told and is told no longer differs too; network addresses do
 * not, while one is the same or either says none, since interfaces come and go and not every login may ask for them.
 */
export function isOtherDevice(expected: DeviceIdentity, found: DeviceIdentity): boolean {
  return differingFields(expected, found).length > 0 || macsDiffer(expected, found);
}

/** One line of what was expected and what was found: only what differs. */
export function deviceDifference(standing: Extract<DeviceStanding, { is: 'other' | 'silent' }>): string {
  const { expected } = standing;
  if (standing.is === 'silent') {
    const one = fields.find((field) => expected[field] !== undefined);
    const who = one === undefined ? addressesOf(expected) : `${named[one]} ${shown(expected[one])}`;
    return `expected ${who}; the device no longer says who it is: ${standing.why}`;
  }
  const { identity: found } = standing;
  const differences = differingFields(expected, found).map(
    (field) => `${named[field]}: expected ${shown(expected[field])}, found ${shown(found[field])}`,
  );
  if (macsDiffer(expected, found))
    differences.push(`network address: expected ${addressesOf(expected)}, found ${addressesOf(found)}`);
  return differences.join('; ');
}

function differingFields(expected: DeviceIdentity, found: DeviceIdentity): (keyof typeof named)[] {
  return fields.filter((field) => expected[field] !== undefined && expected[field] !== found[field]);
}

function macsDiffer({ macAddresses: expected }: DeviceIdentity, { macAddresses: found }: DeviceIdentity) {
  if (expected === undefined || found === undefined) return false;
  return !expected.some((address) => found.includes(address));
}

function shown(word: string | undefined): string {
  return word?.slice(0, shownLength) ?? 'none';
}

function addressesOf({ macAddresses = [] }: DeviceIdentity): string {
  return macAddresses.slice(0, 2).join(' ');
}

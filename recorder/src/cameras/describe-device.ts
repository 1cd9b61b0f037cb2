import type { AdapterName, OnvifLogin } from './camera-driver.ts';
import type { OnvifAdapter, RawDevice, RawProfile } from './onvif-adapter-port.ts';
import { onvifFault } from './onvif-fault.ts';

type Attributed = RawProfile & { readonly adapter: AdapterName };
type Description = Omit<RawDevice, 'profiles'> & { readonly profiles: readonly Attributed[] };

/** How long the second library may take when the first has already answered. */
const enrichmentLimitMs = 3_500;

/**
 * node-onvif first; `onvif` where it falls short: TLS, HTTP digest, and Media2, whose profiles tell H.265 truly. The
 * profiles of both are put together by token, and a profile keeps who understood it.
 */
export async function describeDevice(
  login: OnvifLogin,
  adapters: Readonly<Record<AdapterName, OnvifAdapter>>,
): Promise<Description> {
  if (login.address.scheme === 'https') return attributed('onvif', await adapters.onvif.describe(login));
  let basic: Description;
  try {
    basic = attributed('node-onvif', await adapters['node-onvif'].describe(login));
  } catch (error) {
    const { code } = onvifFault(error);
    if (code === 'address-not-allowed' || code === 'unreachable') throw error;
    return attributed('onvif', await adapters.onvif.describe(login));
  }
  const richer = await within(enrichmentLimitMs, adapters.onvif.describe(login)).catch(() => undefined);
  return richer === undefined ? basic : combined(basic, attributed('onvif', richer));
}

function attributed(adapter: AdapterName, device: RawDevice): Description {
  return { ...device, profiles: device.profiles.map((profile) => ({ ...profile, adapter })) };
}

function combined(basic: Description, richer: Description): Description {
  const tokensOfRicher = new Set(richer.profiles.map(({ token }) => token));
  const onlyBasic = basic.profiles.filter(({ token }) => !tokensOfRicher.has(token));
  const preferred = richer.profiles.map((profile) => {
    const same = basic.profiles.find(({ token }) => token === profile.token);
    // Where both say the same, the first library stays in charge of the profile.
    return same !== undefined && same.encoding === profile.encoding && same.widthPx !== undefined
      ? same
      : profile;
  });
  return { ...basic, profiles: [...onlyBasic, ...preferred] };
}

async function within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('took too long')), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

import type { DescribedProfile } from './camera-driver.ts';

export interface ChosenProfiles {
  readonly main: DescribedProfile | undefined;
  readonly sub: DescribedProfile | undefined;
}

const megapixel = 1_000_000;

/**
 * What to record: the profile that was asked for, else the largest H.264 or H.265 picture (of equals H.264, which
 * every browser plays), else one with sound only. For tiles: the smallest H.264 picture below a megapixel.
 */
export function chooseProfiles(
  profiles: readonly DescribedProfile[],
  wanted?: { readonly token?: string | undefined },
): ChosenProfiles {
  const token = wanted?.token;
  const recordable = profiles.filter(({ video }) => video?.codec === 'h264' || video?.codec === 'h265');
  const largest = [...recordable].sort(
    (a, b) => pixels(b) - pixels(a) || Number(isH265(a)) - Number(isH265(b)),
  )[0];
  const soundOnly = profiles.find(({ video, audio }) => video === undefined && audio !== undefined);
  const main =
    token === undefined ? (largest ?? soundOnly) : profiles.find((profile) => profile.token === token);
  const sub = recordable
    .filter((profile) => !isH265(profile) && pixels(profile) > 0 && pixels(profile) < megapixel)
    .filter((profile) => main !== undefined && profile.token !== main.token && pixels(profile) < pixels(main))
    .sort((a, b) => pixels(a) - pixels(b))[0];
  return { main, sub };
}

function pixels({ video }: DescribedProfile): number {
  return (video?.widthPx ?? 0) * (video?.heightPx ?? 0);
}

function isH265({ video }: DescribedProfile): boolean {
  return video?.codec === 'h265';
}

import type { LiveTaker } from './live-feed.ts';

/**
 * Lets nothing through but the sub-stream. A recorder bridges the time until the sub-stream's first keyframe with the
 * main picture; who may see only the small one, or cannot decode the large one, must not be given that.
 */
export function smallPictureOnly(out: LiveTaker): LiveTaker {
  let isSmall = false;
  return {
    init: (init) => {
      isSmall = init.quality === 'sub';
      if (isSmall) out.init(init);
    },
    fragment: (fragment) => {
      if (isSmall) out.fragment(fragment);
    },
    skipped: () => {
      if (isSmall) out.skipped();
    },
  };
}

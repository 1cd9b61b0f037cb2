import { expect, test } from '@jest/globals';
import { captureFaultKinds } from '../../scripts/soak/capture-fault-kinds.ts';
import { tormentCameras } from '../../scripts/soak/capture-faults.ts';
import { recordOn } from '../../scripts/soak/sources.ts';

/* Short forms of `npm run soak -- sources` and `capture-faults`: the same code, seconds instead of an hour. */

test('nothing happens: every frame the camera sent is in a segment, in one capture', async () => {
  const { figures, faults } = await recordOn({ minutes: 0.2, cameras: 1 });
  expect(faults).toEqual([]);
  expect(figures).toMatchObject({ captures: 1, framesLost: 0, fsck: 0 });
  expect(figures['framesSent']).toBeGreaterThan(200);
}, 120_000);

test('faults of cameras that fall on each other: each records again, and the spool agrees', async () => {
  // One of each way: no answer, a stream that ends, times that jump, another picture.
  const names = ['refuse-connections', 'close-sessions', 'jump +100 s', 'another size'];
  const kinds = captureFaultKinds.filter(({ name }) => names.includes(name));
  const { figures, faults } = await tormentCameras({
    ...{ faults: names.length, cameras: names.length, pauseMs: 500, lastMs: 2_000 },
    choose: () => kinds.shift(),
  });
  expect(faults).toEqual([]);
  expect(Object.keys(figures['recordingAgainS'] as object).sort()).toEqual(names.toSorted());
}, 180_000);

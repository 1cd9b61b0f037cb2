import { expect, test } from '@jest/globals';
import { readChronyTracking, readTimedatectl } from './time-sync.ts';

const chrony = (leap: string) =>
  `C0A80101,192.168.1.1,3,1764250000.123456789,-0.000412000,0.000100000,0.000200000,12.3,0.001,0.05,0.012000000,0.001500000,64.5,${leap}\n`;

test('chrony: the error is what is left to correct, half the way, and the dispersion', () => {
  expect(readChronyTracking(chrony('Normal'))).toEqual({
    state: 'synchronised',
    by: 'chrony',
    errorMs: 8,
  });
  expect(readChronyTracking(chrony('Not synchronised'))).toMatchObject({ state: 'unsynchronised' });
});

test.each(['', '506 Cannot talk to daemon\n', 'a,b,c', chrony('Normal').replace('0.012000000', 'x')])(
  'no chrony: %j',
  (text) => expect(readChronyTracking(text)).toBeUndefined(),
);

const timesync = `ServerName=ntp.example.vn
PollIntervalMinUSec=32s
PollIntervalUSec=34min 8s
NTPMessage={ Leap=0, Version=4, Mode=4, Stratum=2, Precision=-25, RootDelay=1.327ms, RootDispersion=15.457ms, Reference=C0A80101, OriginateTimestamp=Fri 2026-11-27 10:00:00 UTC, Ignored=no, PacketCount=3, Jitter=1.7ms }
Frequency=-1234`;

test('systemd-timesyncd: what its last answer said, and what a quartz may stray until the next', () => {
  const show = 'Timezone=UTC\nNTP=yes\nNTPSynchronized=yes\n';
  // 0.66 + 15.46 + 1.7 + 204.8
  expect(readTimedatectl(show, timesync)).toEqual({
    state: 'synchronised',
    by: 'systemd-timesyncd',
    errorMs: 223,
  });
  expect(readTimedatectl(show, timesync.replace('Jitter=1.7ms', 'Jitter=0'))).toMatchObject({ errorMs: 221 });
});

test('a synchronised kernel without a known keeper has the kernel’s own bound', () => {
  expect(readTimedatectl('NTPSynchronized=yes\n', '')).toEqual({
    state: 'synchronised',
    by: 'kernel',
    errorMs: 16_000,
  });
});

test('an unsynchronised kernel is called so, and no answer is no answer', () => {
  expect(readTimedatectl('NTP=yes\nNTPSynchronized=no\n', timesync)).toMatchObject({
    state: 'unsynchronised',
  });
  expect(readTimedatectl('', '')).toBeUndefined();
});

import type { ContentFault, Fault, IdentityFault, MediaFault } from './faults.ts';
import type { Credentials } from './login/http-digest.ts';
import type { BadLine } from './rtsp/bad-line.ts';
import type { SendingFaults } from './rtsp/stream-playout.ts';
import type { PacketFaults } from './rtsp/track-playout.ts';

/** The faults in force. Everything that sends or answers reads it at the moment it does so. */
export class FaultState implements SendingFaults {
  stopSending = false;
  noAudioPackets = false;
  clockOffsetMs = 0;
  timestampJumpMs = 0;
  timestampSpeed: PacketFaults['timestampSpeed'];
  dropEveryNth: number | undefined;
  badLine: BadLine | undefined;
  sentTimes = 1;
  ignoresRequests = false;
  refusesConnections = false;
  credentials: Credentials | undefined;
  identity: IdentityFault | undefined;
  certificate: string | undefined;
  noOnvif = false;
  media: MediaFault | undefined;
  content: readonly ContentFault[] = [];

  /** For people and logs: kinds only, because a fault may hold a password. */
  kinds(): readonly Fault['kind'][] {
    const all: readonly (readonly [Fault['kind'], boolean])[] = [
      ['stop-sending', this.stopSending],
      ['no-audio-packets', this.noAudioPackets],
      ['clock', this.clockOffsetMs !== 0],
      ['timestamp-jump', this.timestampJumpMs !== 0],
      ['timestamp-speed', this.timestampSpeed !== undefined],
      ['drop-packets', this.dropEveryNth !== undefined],
      ['bad-line', this.badLine !== undefined],
      ['flood', this.sentTimes > 1],
      ['ignore-requests', this.ignoresRequests],
      ['refuse-connections', this.refusesConnections],
      ['credentials', this.credentials !== undefined],
      ['identity', this.identity !== undefined],
      ['certificate', this.certificate !== undefined],
      ['no-onvif', this.noOnvif],
      ['media', this.media !== undefined],
    ];
    return [
      ...all.flatMap(([kind, isInForce]) => (isInForce ? [kind] : [])),
      ...this.content.map(({ kind }) => kind),
    ];
  }

  clear(): void {
    Object.assign(this, new FaultState());
  }
}

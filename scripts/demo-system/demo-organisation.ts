import type { Role, SourceKind } from '@minhbach/shared/protocol';

/** Who and what the demo is about: data, in the language of the people it shows. Account names are fixed by the design. */
export const demoUnits = {
  provinceCentre: { name: 'Trung tâm giám sát tỉnh', oversight: true },
  inspectorate: { name: 'Thanh tra tỉnh', oversight: true },
  unitA: { name: 'UBND phường Đông Hà (đơn vị A)', oversight: false },
} as const;

export interface DemoAccount {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  readonly unit: keyof typeof demoUnits;
  readonly staffNumber: string;
}

export const demoAdministrator: DemoAccount = {
  username: 'admin',
  displayName: 'Phạm Quốc Huy',
  role: 'administrator',
  unit: 'provinceCentre',
  staffNumber: 'CB-0001',
};

export const demoAccounts: readonly DemoAccount[] = [
  {
    username: 'technician',
    displayName: 'Hoàng Đức Anh',
    role: 'technician',
    unit: 'provinceCentre',
    staffNumber: 'CB-0002',
  },
  {
    username: 'monitor',
    displayName: 'Lê Thị Hoa',
    role: 'monitor',
    unit: 'provinceCentre',
    staffNumber: 'CB-0003',
  },
  {
    username: 'investigator',
    displayName: 'Nguyễn Minh Tâm',
    role: 'investigator',
    unit: 'provinceCentre',
    staffNumber: 'CB-0004',
  },
  {
    username: 'supervisor',
    displayName: 'Vũ Thanh Mai',
    role: 'supervisor',
    unit: 'provinceCentre',
    staffNumber: 'CB-0005',
  },
  {
    username: 'auditor',
    displayName: 'Đặng Hữu Phước',
    role: 'auditor',
    unit: 'provinceCentre',
    staffNumber: 'CB-0006',
  },
  {
    username: 'supervisor2',
    displayName: 'Bùi Thị Ngọc',
    role: 'supervisor',
    unit: 'inspectorate',
    staffNumber: 'CB-0007',
  },
  {
    username: 'investigator2',
    displayName: 'Trần Văn Nam',
    role: 'investigator',
    unit: 'inspectorate',
    staffNumber: 'CB-0008',
  },
  { username: 'head', displayName: 'Ngô Văn Dũng', role: 'head', unit: 'unitA', staffNumber: 'CB-0009' },
];

export const demoSiteName = 'Trung tâm Phục vụ hành chính công Đông Hà';

export interface DemoDevice {
  readonly name: string;
  readonly kind: SourceKind;
  readonly sound: 'g711a' | 'aac' | 'none';
}

export interface DemoCounter {
  readonly name: string;
  readonly devices: readonly DemoDevice[];
}

/** Camera with own sound; camera and separate microphone; two cameras and microphone; then more of the first. */
export function demoCounters(cameras: number): readonly DemoCounter[] {
  const counters: DemoCounter[] = [
    { name: 'Quầy 1 · Đất đai', devices: [{ name: 'Camera quầy 1', kind: 'camera', sound: 'g711a' }] },
    {
      name: 'Quầy 2 · Hộ tịch',
      devices: [
        { name: 'Camera quầy 2', kind: 'camera', sound: 'none' },
        { name: 'Micrô quầy 2', kind: 'microphone', sound: 'aac' },
      ],
    },
    {
      name: 'Quầy 3 · Thuế',
      devices: [
        { name: 'Camera quầy 3, góc chính', kind: 'camera', sound: 'none' },
        { name: 'Camera quầy 3, góc hai', kind: 'camera', sound: 'none' },
        { name: 'Micrô quầy 3', kind: 'microphone', sound: 'g711a' },
      ],
    },
  ];
  for (let number = 4; countCameras(counters) < cameras; number += 1) {
    const name = `Quầy ${number}`;
    counters.push({
      name,
      devices: [{ name: `Camera ${name.toLowerCase()}`, kind: 'camera', sound: 'g711a' }],
    });
  }
  return withAtMost(counters, cameras);
}

function countCameras(counters: readonly DemoCounter[]): number {
  return counters.flatMap((counter) => counter.devices).filter((device) => device.kind === 'camera').length;
}

function withAtMost(counters: readonly DemoCounter[], cameras: number): readonly DemoCounter[] {
  let left = cameras;
  const kept: DemoCounter[] = [];
  for (const counter of counters) {
    if (left === 0) break;
    const devices = counter.devices.filter((device) => device.kind === 'microphone' || left-- > 0);
    kept.push({ ...counter, devices });
    left = Math.max(left, 0);
  }
  return kept;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VirtualCameraError } from '../virtual-camera-error.ts';
import { LAP_SECONDS } from './lap.ts';
import { runTool } from './run-tool.ts';

export type RawSound = { readonly samples: Int16Array; readonly sampleRate: number };

const ESPEAK_SAMPLE_RATE = 22_050;
const PAUSE_SECONDS = 0.35;
const CLERK = 'vi+m3';
const CITIZEN = 'vi+f2';

/** A visit to a counter, as clerk and citizen would speak it. */
const SENTENCES: readonly (readonly [voice: string, text: string])[] = [
  [CLERK, 'Xin mời công dân có số thứ tự một trăm hai mươi ba đến quầy số hai.'],
  [CITIZEN, 'Chào anh, tôi đến nộp hồ sơ đăng ký kinh doanh hộ gia đình.'],
  [CLERK, 'Chào chị, chị cho tôi xem căn cước công dân và giấy đề nghị đăng ký.'],
  [CITIZEN, 'Đây ạ. Tôi đã điền đủ các mục, anh kiểm tra giúp tôi.'],
  [CLERK, 'Hồ sơ còn thiếu bản sao hợp đồng thuê địa điểm, chị có mang theo không?'],
  [CITIZEN, 'Có, tôi có mang bản sao có chứng thực. Lệ phí là bao nhiêu ạ?'],
  [CLERK, 'Lệ phí là một trăm nghìn đồng, chị nộp bằng thẻ hoặc chuyển khoản, không thu tiền mặt.'],
  [CITIZEN, 'Vâng. Bao giờ tôi nhận được kết quả?'],
  [CLERK, 'Sau ba ngày làm việc, chị nhận kết quả tại đây hoặc qua bưu điện. Đây là giấy biên nhận.'],
  [CITIZEN, 'Cảm ơn anh. Nếu có gì chưa rõ thì tôi gọi số điện thoại nào?'],
  [CLERK, 'Chị gọi đường dây nóng in trên giấy biên nhận. Chào chị.'],
];

/** Exactly one lap of Vietnamese speech by espeak-ng; `workDirectory` takes its temporary files. */
export async function speech(workDirectory: string, signal: AbortSignal): Promise<RawSound> {
  const samples = new Int16Array(LAP_SECONDS * ESPEAK_SAMPLE_RATE);
  const spoken: Int16Array[] = [];
  for (const [index, [voice, text]] of SENTENCES.entries()) {
    const file = join(workDirectory, `sentence-${index}.wav`);
    await runTool('espeak-ng', ['-v', voice, '-s', '165', '-w', file, text], signal);
    spoken.push(wavSamples(await readFile(file), file));
  }
  let offset = Math.round(0.2 * ESPEAK_SAMPLE_RATE);
  for (let index = 0; ; index += 1) {
    const sentence = spoken[index % spoken.length];
    if (sentence === undefined || offset >= samples.length) break;
    samples.set(sentence.subarray(0, samples.length - offset), offset);
    offset += sentence.length + Math.round(PAUSE_SECONDS * ESPEAK_SAMPLE_RATE);
  }
  return { samples, sampleRate: ESPEAK_SAMPLE_RATE };
}

/** A click of 10 ms (1 kHz) at the start of every second, that is with every main frame whose number divides by 25. */
export function clicks(): RawSound {
  const sampleRate = 48_000;
  const samples = new Int16Array(LAP_SECONDS * sampleRate);
  for (let second = 0; second < LAP_SECONDS; second += 1) {
    for (let i = 0; i < sampleRate / 100; i += 1) {
      samples[second * sampleRate + i] = Math.round(24_000 * Math.cos((2 * Math.PI * 1000 * i) / sampleRate));
    }
  }
  return { samples, sampleRate };
}

export function silence(): RawSound {
  return { samples: new Int16Array(LAP_SECONDS * 8000), sampleRate: 8000 };
}

/** 50 Hz with odd harmonics, the fifth of the loudest sound, as a transformer has it. */
export function hum(): RawSound {
  const sampleRate = 8000;
  const samples = new Int16Array(LAP_SECONDS * sampleRate);
  for (let i = 0; i < samples.length; i += 1) {
    const phase = (2 * Math.PI * 50 * i) / sampleRate;
    const wave = Math.sin(phase) + 0.4 * Math.sin(3 * phase) + 0.2 * Math.sin(5 * phase);
    samples[i] = Math.round(4_000 * wave);
  }
  return { samples, sampleRate };
}

/** The same sound a hundred times as loud, as far as numbers go. */
export function overdriven({ samples, sampleRate }: RawSound): RawSound {
  const most = 32_767;
  return {
    samples: samples.map((sample) => Math.max(-most, Math.min(most, 100 * sample))),
    sampleRate,
  };
}

function wavSamples(wav: Buffer, file: string): Int16Array {
  const data = wav.indexOf('data', 12, 'latin1');
  if (data < 0 || wav.readUInt16LE(22) !== 1 || wav.readUInt32LE(24) !== ESPEAK_SAMPLE_RATE) {
    throw new VirtualCameraError('media-unreadable', `${file} is not mono sound at ${ESPEAK_SAMPLE_RATE} Hz`);
  }
  const bytes = wav.subarray(data + 8);
  const samples = new Int16Array(Math.floor(bytes.length / 2));
  for (let i = 0; i < samples.length; i += 1) samples[i] = bytes.readInt16LE(2 * i);
  return samples;
}

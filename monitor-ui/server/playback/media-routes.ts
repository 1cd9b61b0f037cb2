import { Readable } from 'node:stream';
import {
  grantIdSchema,
  segmentIdSchema,
  sourceIdSchema,
  timeInputSchema,
} from '@minhbach/shared/units-of-measure';
import type { Response } from 'express';
import { z } from 'zod';
import { defineRoute, type Route } from '../http/index.ts';
import { notFound, ProblemError } from '../problem/index.ts';
import { spanOfBytes } from './fetched-spans.ts';
import { FootageUnavailableError, type ByteSpan } from './footage-bytes.ts';
import { counterMaster, renditionOf } from './counter-master.ts';
import { mediaPlaylist } from './media-playlist.ts';
import { piecesOf, requireGrant, requirePlace, requireSource, type PlaybackParts } from './playback-parts.ts';
import { FfmpegError } from './run-ffmpeg.ts';
import { sendCopy, sendSegment, sendShifted } from './segment-answers.ts';
import { BusyError } from './thumbnails.ts';
import { copyAddress, copyRemark } from './working-copy-address.ts';

const playlistType = 'application/vnd.apple.mpegurl';
const copySchema = z.literal('h264').optional();

/** Playlists and bytes. Nothing here is reachable without a grant of the person asking. */
export function mediaRoutes(parts: PlaybackParts): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/media/{grantId}/master.m3u8',
      action: 'playback.media',
      summary: 'HLS: one camera with every microphone of the counter as a rendition, on one timeline.',
      params: z.strictObject({ grantId: grantIdSchema }),
      query: z.strictObject({ camera: sourceIdSchema.optional(), copy: copySchema }),
      answer: { status: 200, schema: 'stream', contentType: playlistType },
      handle: ({ actor, params, query, response }) => {
        const grant = requireGrant(parts, actor, params.grantId);
        const camera = query.camera && requireSource(parts, grant, query.camera);
        if (camera && camera.kind !== 'camera') throw notFound('source');
        sendPlaylist(response, counterMaster(parts, grant, camera, query.copy));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/media/{grantId}/{sourceId}/index.m3u8',
      action: 'playback.media',
      summary:
        'HLS media playlist of one source; `timeline` names the camera whose master it is a rendition of.',
      params: z.strictObject({ grantId: grantIdSchema, sourceId: sourceIdSchema }),
      query: z.strictObject({ copy: copySchema, timeline: sourceIdSchema.optional() }),
      answer: { status: 200, schema: 'stream', contentType: playlistType },
      handle: ({ actor, params, query, response }) => {
        const grant = requireGrant(parts, actor, params.grantId);
        const source = requireSource(parts, grant, params.sourceId);
        if (query.timeline) {
          const camera = requireSource(parts, grant, query.timeline);
          return sendPlaylist(response, renditionOf(parts, grant, camera, source, query.copy));
        }
        const pieces = piecesOf(parts, grant, source);
        sendPlaylist(
          response,
          query.copy === 'h264' && source.kind === 'camera'
            ? mediaPlaylist(pieces, copyAddress, { mapEach: true, remark: copyRemark })
            : mediaPlaylist(pieces),
        );
      },
    }),
    defineRoute({
      method: 'get',
      path: '/media/{grantId}/{sourceId}/{file}',
      action: 'playback.media',
      summary: 'Bytes of a segment: as stored (.mp4, with Range), moved in time, or as a working copy.',
      params: z.strictObject({
        grantId: grantIdSchema,
        sourceId: sourceIdSchema,
        file: z
          .string()
          .regex(/^[0-9a-f-]{36}(\.mp4|\.m4s|\.init\.mp4|\.h264\.m4s|\.h264\.init\.mp4)$/)
          .transform((file) => ({
            segmentId: segmentIdSchema.parse(file.slice(0, 36)),
            form: file.slice(36),
          })),
      }),
      query: z.strictObject({
        bytes: z.coerce.number().int().min(1).optional(),
        shift: z.coerce.number().int().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER).default(0),
      }),
      answer: { status: 200, schema: 'stream', contentType: 'video/mp4' },
      handle: async ({ actor, params: { grantId, sourceId, file }, query, request, response, signal }) => {
        const grant = requireGrant(parts, actor, grantId);
        const source = requireSource(parts, grant, sourceId);
        const place = requirePlace(parts, grant, source, file.segmentId);
        if ((query.bytes ?? 0) > place.piece.bytes) throw notFound('footage');
        const sizeBytes = query.bytes ?? place.piece.bytes;
        const piece = { ...place.piece, bytes: sizeBytes };
        const onGiven = ({ firstByte, lastByte }: ByteSpan) => {
          const span = spanOfBytes(piece, firstByte, lastByte);
          if (span) parts.fetched.note(grant, source.id, actor.person.id, span);
        };
        const wanted = { place: { ...place, piece }, response, signal, onGiven };
        const immutable = place.piece.sealed || query.bytes !== undefined;
        await asProblems(async () => {
          switch (file.form) {
            case '.mp4':
              return sendSegment(parts.bytes, { ...wanted, immutable, range: request.headers.range });
            case '.init.mp4':
              return sendShifted(parts.bytes, { ...wanted, part: 'init', shiftTicks: 0 });
            case '.m4s':
              return sendShifted(parts.bytes, { ...wanted, part: 'media', shiftTicks: query.shift });
            case '.h264.init.mp4':
              return sendCopy(parts.copies, { ...wanted, part: 'init', shiftTicks: 0 });
            default:
              return sendCopy(parts.copies, { ...wanted, part: 'media', shiftTicks: query.shift });
          }
        });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/playbacks/{id}/thumbnail',
      action: 'playback.media',
      summary:
        'JPEG, 320 pixels wide, of the keyframe at or before a moment. Of footage that its recorder has not sent yet it may be of the first keyframe of its minute; `X-MinhBach-Moment` then says of when.',
      params: z.strictObject({ id: grantIdSchema }),
      query: z.strictObject({ source: sourceIdSchema, at: timeInputSchema }),
      answer: { status: 200, schema: 'stream', contentType: 'image/jpeg' },
      handle: async ({ actor, params, query: { source: sourceId, at }, response, signal }) => {
        const grant = requireGrant(parts, actor, params.id);
        const source = requireSource(parts, grant, sourceId);
        const piece = piecesOf(parts, grant, source).find(
          ({ startUtcMs, endUtcMs }) => startUtcMs <= at && at < endUtcMs,
        );
        if (piece === undefined || source.kind !== 'camera') throw notFound('footage');
        const place = requirePlace(parts, grant, source, piece.segmentId);
        const keyframes = parts.catalogue
          .keyframesIn(source.id, piece.startUtcMs, piece.endUtcMs)
          .map((keyframe) => keyframe - piece.startUtcMs);
        await asProblems(async () => {
          const picture = await parts.thumbnails.at(place, at, keyframes, signal);
          if (picture === undefined) throw notFound('footage');
          const moment = picture.standsIn?.of ?? at;
          parts.fetched.note(grant, source.id, actor.person.id, { from: moment, to: moment });
          const isFinal = piece.sealed && picture.standsIn === undefined;
          response.setHeader('Cache-Control', isFinal ? 'private, max-age=3600' : 'no-store');
          if (picture.standsIn) response.setHeader('X-MinhBach-Moment', String(moment));
          response.setHeader('X-Content-Type-Options', 'nosniff');
          response.type('image/jpeg').send(picture.jpeg);
        });
      },
    }),
  ];
}

function sendPlaylist(response: Response, text: string): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', playlistType);
  Readable.from([text]).pipe(response);
}

/** What goes wrong before the first byte is an answer; a caller who left needs none. */
async function asProblems(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw problemOfFootage(error);
  }
}

function problemOfFootage(error: unknown): unknown {
  if (error instanceof FootageUnavailableError) {
    return error.code === 'gone'
      ? new ProblemError(404, 'footage-gone', 'This footage is neither in the archive nor at the recorder.')
      : new ProblemError(503, error.code, 'This footage cannot be had at the moment; try again.', {
          headers: { 'Retry-After': '5' },
          cause: error,
        });
  }
  if (error instanceof BusyError) {
    return new ProblemError(503, 'busy', 'Too much is asked for at once; try again.', {
      headers: { 'Retry-After': '5' },
    });
  }
  if (error instanceof FfmpegError) {
    return new ProblemError(503, 'not-decodable', 'This footage could not be decoded.', { cause: error });
  }
  return error;
}

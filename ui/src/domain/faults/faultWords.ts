import type { FaultKind } from '../../api';

/** What files of a kind have in common, and what can be done about it. */
export const KINDS: Record<FaultKind, { title: string; advice: string }> = {
  empty: {
    title: 'Empty',
    advice:
      'Nothing is in them. Copy them again from the card or a backup; if there is none, a recovery program may still find the photo.',
  },
  damaged: {
    title: 'Damaged',
    advice: 'Part of them is missing or wrong. Copy them again from the card or a backup.',
  },
  gaveUp: {
    title: 'Given up',
    advice: 'Reading took too long or too much memory, as damaged files make it.',
  },
  tooLarge: {
    title: 'Too large',
    advice: 'They have more pixels than Latent reads. A smaller version of them can be read.',
  },
  unsupported: {
    title: 'Not readable yet',
    advice: 'Latent has no reader for these kinds of pictures.',
  },
  notAPicture: {
    title: 'No pictures',
    advice: 'Something else is in them, whatever their names say.',
  },
  notAllowed: {
    title: 'No permission',
    advice: 'Your account may not read them. Change their permissions, then try again.',
  },
  brokenLink: {
    title: 'Links that lead nowhere',
    advice: 'What they lead to is not there.',
  },
  unreadable: {
    title: 'Not read',
    advice: 'The disk or the system refused. Look whether the disk is all right, then try again.',
  },
};

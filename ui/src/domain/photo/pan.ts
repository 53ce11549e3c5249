/** How a picture lies on its stage: size of a picture pixel in CSS pixels, and its top left corner. */
export interface Pan {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

/** The whole picture in the middle of the stage; small pictures are not blown up beyond `most`. */
export function fitted(picture: Size, stage: Size, most: number): Pan {
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height, most);
  return placed(picture, stage, { scale, x: 0, y: 0 });
}

/** Another scale with the point of the stage kept where it is. */
export function scaledAt(
  pan: Pan,
  scale: number,
  at: { x: number; y: number },
  picture: Size,
  stage: Size,
): Pan {
  const factor = scale / pan.scale;
  return placed(picture, stage, {
    scale,
    x: at.x - (at.x - pan.x) * factor,
    y: at.y - (at.y - pan.y) * factor,
  });
}

/** Keeps the stage covered where the picture is larger, and the picture centred where it is smaller. */
export function placed(picture: Size, stage: Size, pan: Pan): Pan {
  return {
    scale: pan.scale,
    x: along(picture.width * pan.scale, stage.width, pan.x),
    y: along(picture.height * pan.scale, stage.height, pan.y),
  };
}

function along(length: number, room: number, start: number): number {
  if (length <= room) return (room - length) / 2;
  return Math.min(0, Math.max(room - length, start));
}

"""Screenshots small enough to keep: their colours brought down to the 256 that matter, as an indexed PNG."""

import base64
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Page

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# The browser reads the picture. The most frequent colour of each part of the colour space stays exact, so that a small red
# mark stays red; then the most frequent ones at all do; any other becomes the nearest of these.
QUANTIZE = """
async (data) => {
  const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) || 0) + 1);
  const part = (pixel, shift) => (pixel >> shift) & 255;
  const byCount = [...counts].sort((a, b) => b[1] - a[1]).map(([pixel]) => pixel);
  const regions = new Map();
  for (const pixel of byCount) {
    const region = [0, 8, 16].map((shift) => part(pixel, shift) >> 5).join();
    if (!regions.has(region)) regions.set(region, pixel);
  }
  const palette = [...new Set([...[...regions.values()].slice(0, 160), ...byCount])].slice(0, 256);
  const place = new Map(palette.map((pixel, index) => [pixel, index]));
  const far = (a, b) => [0, 8, 16].reduce((sum, shift) => sum + (part(a, shift) - part(b, shift)) ** 2, 0);
  const nearest = (pixel) => {
    let best = 0;
    palette.forEach((one, index) => { if (far(one, pixel) < far(palette[best], pixel)) best = index; });
    return best;
  };
  let indexes = "";
  for (let row = 0; row < bitmap.height; row += 1) {
    const line = [];
    for (const pixel of pixels.subarray(row * bitmap.width, (row + 1) * bitmap.width)) {
      if (!place.has(pixel)) place.set(pixel, nearest(pixel));
      line.push(place.get(pixel));
    }
    indexes += String.fromCharCode(...line);
  }
  const colours = palette.map((pixel) => [part(pixel, 0), part(pixel, 8), part(pixel, 16)]);
  return { width: bitmap.width, height: bitmap.height, colours, indexes: btoa(indexes) };
}
"""


def save_small(reader: Page, picture: bytes, path: Path) -> None:
    """Write the screenshot; `reader` is any blank page of a browser."""
    read = reader.evaluate(QUANTIZE, base64.b64encode(picture).decode())
    width, height = read["width"], read["height"]
    indexes = base64.b64decode(read["indexes"])
    lines = b"".join(b"\0" + indexes[row * width : (row + 1) * width] for row in range(height))
    path.write_bytes(
        SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", bytes(part for colour in read["colours"] for part in colour))
        + _chunk(b"IDAT", zlib.compress(lines, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

// Video and audio: what is to play plays when its slide is shown, and stops when it is left. Previews stay silent.
document.addEventListener("DOMContentLoaded", () => {
  const silent = slidegen.framed || slidegen.speaker;
  let last = null;
  const moved = () => {
    const slide = slidegen.slides[slidegen.at()[0]];
    if (slide === last) return;
    last = slide;
    for (const clip of document.querySelectorAll("video, audio")) {
      if (silent) clip.muted = true;
      if (silent || !slide?.contains(clip)) clip.pause();
      else if (clip.hasAttribute("data-play")) clip.play().catch(() => {}); // a browser may want a click first
    }
  };
  addEventListener("slidegen-moved", moved);
  if (window.Reveal && !Reveal.isReady()) Reveal.on("ready", moved);
  else moved();
});

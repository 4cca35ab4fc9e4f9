// Video and audio: what is to play plays when its slide is shown, from its start, and stops when it is left. Previews
// stand still, and a page that follows a talk is silent: the sound comes from where the talk is given.
document.addEventListener("DOMContentLoaded", () => {
  const silent = slidegen.framed || slidegen.speaker;
  const follows = JSON.parse(document.getElementById("slidegen-present")?.textContent || "{}").role === "audience";
  const begin = (clip) => parseFloat(/#t=([\d.]+)/.exec(clip.currentSrc || clip.src)?.[1]) || 0;
  let last = null;
  let blocked = []; // what the browser lets play only after a click or a key
  const play = (clip) => clip.play().catch(({ name }) => {
    if (name !== "NotAllowedError") return;
    clip.controls ||= !clip.matches(".sg-background");
    blocked.push(clip);
  });
  for (const clip of document.querySelectorAll("video:not(.sg-background)")) {
    const shape = () => clip.videoWidth && clip.style.setProperty("--ratio", clip.videoWidth / clip.videoHeight);
    clip.addEventListener("loadedmetadata", shape);
    shape();
  }
  const moved = () => {
    const slide = slidegen.slides[slidegen.at()[0]];
    if (slide === last) return;
    last = slide;
    blocked = [];
    for (const clip of document.querySelectorAll("video, audio")) {
      if (silent || follows) clip.muted = true;
      if (silent || !slide?.contains(clip)) clip.pause();
      else if (clip.hasAttribute("data-play")) {
        if (clip.readyState) clip.currentTime = begin(clip);
        play(clip);
      }
    }
  };
  // A click or a key may be the one that leaves the slide: then its clips are not waiting any more.
  for (const name of ["click", "keyup"]) addEventListener(name, () => blocked.splice(0).forEach(play), true);
  addEventListener("slidegen-moved", moved);
  addEventListener("slidegen-shown", moved);
  if (window.Reveal && !Reveal.isReady()) Reveal.on("ready", moved);
  else moved();
});

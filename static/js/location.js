/* The fields "내 지역" and "무엇을 만드세요?". A region is typed, selected from the list that "지역 목록" loads,
   or located by "현재 위치로 찾기": that button requests the position only when clicked, and finds the nearest 시·군·구 in the browser.
   Coordinates are compared with the list of region points here and never leave the browser. */
(() => {
  const form = document.querySelector("form[data-points]");
  if (!form) return;
  const near = form.querySelector("#near"); // a list on the page of all regions

  // One region and one industry at a time: the later input replaces the earlier one.
  const replaceEachOther = (field, list) => {
    list.addEventListener("change", () => {
      if (list.value) field.value = "";
    });
    field.addEventListener("input", () => {
      if (field.value.trim()) list.value = "";
    });
  };
  const makes = form.querySelector("#makes");
  const words = form.querySelector("#q");
  replaceEachOther(makes, form.querySelector("select[name=industry]"));
  replaceEachOther(makes, words);

  const link = form.querySelector("a[data-regions]");
  link?.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const response = await fetch(link.href);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const list = page.querySelector("select[name=near]");
      list.id = "near-list";
      list.setAttribute("aria-label", "내 지역 목록");
      link.replaceWith(list);
      replaceEachOther(near, list);
      list.focus();
    } catch {
      window.location.assign(link.href); // the same list, on a page of its own
    }
  });

  if (!navigator.geolocation || !window.isSecureContext) return;

  const box = document.createElement("div");
  box.className = "location";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "현재 위치로 찾기";
  button.setAttribute("aria-describedby", "location-hint");
  const hint = document.createElement("p");
  hint.id = "location-hint";
  hint.className = "hint";
  hint.textContent = "정확한 위치는 이 기기에만 남습니다.";
  const status = document.createElement("p");
  status.className = "location-status";
  status.setAttribute("role", "status");
  box.append(button, status, hint);
  form.querySelector("[data-location]").prepend(box);

  const squaredDistance = ([lat, lon], { latitude, longitude }) => {
    const east = (lon - longitude) * Math.cos((latitude * Math.PI) / 180);
    return (lat - latitude) ** 2 + east ** 2;
  };

  const position = () =>
    new Promise((resolve, reject) =>
      navigator.geolocation.getCurrentPosition(resolve, reject, { timeout: 10000 }),
    );

  const points = async () => {
    const response = await fetch(form.dataset.points);
    return Object.entries(await response.json());
  };

  let busy = false;
  button.addEventListener("click", async () => {
    if (busy) return;
    busy = true;
    status.textContent = "위치를 찾고 있습니다.";
    try {
      const { coords } = await position();
      const regions = await points();
      regions.sort(([, a], [, b]) => squaredDistance(a, coords) - squaredDistance(b, coords));
      status.textContent = "";
      form.addEventListener("formdata", ({ formData }) => formData.set("near", regions[0][0]), {
        once: true,
        capture: true, // before empty fields are taken out
      });
      form.requestSubmit();
    } catch (error) {
      const denied = error instanceof GeolocationPositionError && error.code === 1;
      const reason = denied ? "위치를 쓰도록 허용하지 않았습니다." : "위치를 알 수 없습니다.";
      status.textContent = `${reason} 내 지역을 직접 적어 주세요.`;
    } finally {
      busy = false;
    }
  });
})();

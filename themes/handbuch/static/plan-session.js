// The plan that a page works with: in the page alone, or kept on the device once the reader has asked for it.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});
  const { LIMITS, PlanError, empty, isEmpty, merge, check } = HandbookPlan;

  /**
   * Opens the plan of this handbook. `onChange` is called after every change, also by another tab; `onFailure` when a change
   * could not be kept, which then is in the page alone.
   */
  HandbookPlan.openSession = async (handbook, root, onChange, onFailure) => {
    const store = HandbookPlan.store.open(handbook.key, root);
    const session = { plan: empty(handbook), kept: false, unsaved: false };
    let queue = Promise.resolve();
    let pending = 0;
    /** What was last seen in the store. */
    let seen = null;
    /** What this tab wrote within the last second. Two tabs that write at the same moment do not see each other's change. */
    let fresh = null;

    const read = (text) => {
      try {
        return text === null ? undefined : check(text, handbook.key).plan;
      } catch {
        // Whatever lies there is no plan; it is replaced when the reader keeps one.
        return undefined;
      }
    };
    const write = (plan) => {
      const text = JSON.stringify({ ...plan, handbook: empty(handbook).handbook, saved: new Date().toISOString() });
      if (text.length > LIMITS.file) throw new PlanError("too-large");
      return text;
    };

    const show = (plan, kept) => {
      const same = kept === session.kept && JSON.stringify(plan) === JSON.stringify(session.plan);
      Object.assign(session, { plan, kept });
      if (!same) onChange();
    };

    /** Changes what is kept, however often others change it meanwhile. `next` makes the new text of the old. */
    const replace = async (next) => {
      for (;;) {
        const value = next(seen);
        const { done, current } = await store.swap(seen, value);
        seen = done ? value : current;
        if (!done) continue;
        fresh = value;
        setTimeout(() => { if (fresh === value) fresh = null; }, 1_000);
        return value;
      }
    };

    /** Puts back what another tab has overwritten without having seen it; returns what is kept then. */
    const restore = async (plan) => {
      const mine = plan && read(fresh);
      const both = mine && merge(plan, mine);
      if (!both || JSON.stringify(both) === JSON.stringify(plan)) return plan;
      return read(await replace((old) => {
        const kept = read(old);
        // Deleted meanwhile: nothing is put there again without a click.
        return kept ? write(merge(kept, mine)) : old;
      }));
    };

    const reload = () => {
      queue = queue.then(async () => {
        seen = await store.get();
        const plan = await restore(read(seen));
        // A change that is still to be written brings what it meets with it.
        if (pending) return;
        // Answers that are in this page alone are not given up for what another tab has kept meanwhile.
        if (plan && (session.kept || isEmpty(session.plan))) show(plan, true);
        else if (!plan && session.kept) show(empty(handbook), false);
      }).catch(() => {});
      return queue;
    };

    /** Applies a change to the plan here at once, and to what is kept: to the newest state, not to the one shown here. */
    session.update = (change) => {
      change(session.plan);
      session.unsaved = true;
      onChange();
      if (!session.kept) return Promise.resolve();
      pending += 1;
      queue = queue.then(async () => {
        const text = await replace((old) => {
          const plan = read(old);
          if (!plan) return old;
          change(plan);
          return write(plan);
        });
        const kept = read(text);
        // Deleted in another tab: nothing is put there again without a click.
        if (!kept) show(session.plan, false);
        else if (pending === 1) show(kept, true);
      }).catch(onFailure).finally(() => { pending -= 1; });
      return queue;
    };

    /** Starts to keep the plan on this device. Throws where the browser refuses. */
    session.keep = async () => {
      const text = await replace((old) => {
        const kept = read(old);
        return write(kept ? merge(kept, session.plan) : session.plan);
      });
      show(read(text), true);
    };

    /** Deletes what is kept and what is in the page. Throws where the browser refuses. */
    session.forget = async () => {
      await queue;
      await replace(() => null);
      session.unsaved = false;
      show(empty(handbook), false);
    };

    /** Whether answers would be lost with the page. */
    session.atRisk = () => pending > 0 || (session.unsaved && !session.kept && !isEmpty(session.plan));

    store.watch(reload);
    addEventListener("visibilitychange", () => document.hidden || reload());
    await reload();
    return session;
  };
})();

/*
 * A run of a migration, as a model for spin: what is durable, what is lost with a process, and what can meet what.
 *
 * Two items, each with two actions of one callback; two runners (machines), each of which may be killed and started again;
 * one request whose answer is lost, one that is delivered at any later time, one write of the application. All orders of
 * all of that are tried. What must hold is written where it could break (assert), above all:
 *
 *   - no action counts twice: an item's n is 0, 1 (after the first action) or 3 (after both), beside the application's 10;
 *   - no write of the application is lost, none is decided upon by a value that is no longer there, no deleted item returns;
 *   - when the ledger's row is written, each action of each item that is left has counted; after an undo none is written;
 *   - an item is quarantined only where a doubt and a write of the application meet.
 *
 * The application never writes back an old value and never what an action would have written: these are the two documented
 * coincidences, and left out. A runner that sleeps is one that takes no step, for as long as it likes; so nothing here is
 * about time, but: a lease that its owner finds valid by its own clock has not been taken over (step_check_lease).
 *
 * With STREAMING the scan goes on beside the applier (Apply::streaming): another start, barrier and page, the same rest.
 *
 * C++ comments name the steps (step_...). Where one leads to the next and nothing that another process or a crash could
 * tell apart lies between, they are one transition. Macros make broken variants, which must fail: README.md lists them.
 */

/* Each item's actions are guarded by value, or have markers (under `exists`). */
#ifndef MARKED_ITEMS
#define MARKED_ITEMS 0 /* how many of the items have marked actions: the last ones */
#endif
#define MARKED(w) ((w) >= 2 - MARKED_ITEMS)
#ifdef STAMP
#define STAMPED(w) (!MARKED(w))
#else
#define STAMPED(w) false
#endif

/* How much goes wrong. */
#ifndef LIVES
#define LIVES 2 /* of each runner: a start, a crash, a start after it */
#endif
#ifndef LOST
#define LOST 1
#endif
#ifndef DELAYED
#define DELAYED 1
#endif
#ifndef LIVE
#define LIVE 1
#endif

/* A place that must be reached: spin then stops there. Shows that the rest is not true for want of cases. */
#ifndef REACH
#define REACH 0
#endif
#define reached(place) assert(REACH != place)

#ifdef CURSOR_LAST
#define GROUPS 3 /* a page is queued twice */
#else
#define GROUPS 2
#endif
#define ACTIONS (2 * GROUPS)

/* ---- The tables: shared, durable, each request atomic ---- */

typedef Item {
  bit here = 1;
  bit a; /* the callback looks at it */
  unsigned n : 4; /* first action: SET n = n + 1; second: SET n = :value, which the callback computed from n and a: 2 more */
  unsigned s : 2 /* the stamp: the last action that was executed, from 1 */
};
Item item[2];
bit marker[4]; /* item * 2 + action */

unsigned owner : 2; /* of the lease, from 1. A fencing token: what matters of it is only whether it is still one's own */
unsigned row_run : 2; /* the run's row: which run, where its journal is, which opening of it, whether it may have sent */
unsigned row_place : 2;
unsigned row_gen : 3;
bit row_applying;
bit ledger; /* the metadata row */
bit undone;

/* What the application did, for the assertions. */
bit live_n[2];
bit live_any[2];

/* With APED its write leaves exactly what the next action would leave: the second coincidence. It is documented for an action
   that was queued when a process died; such an order is not followed further (stop_here). For any other it is a lost action. */
#ifdef APED
bit did[4]; /* item * 2 + action: it was executed */
byte aped_n[2]; /* how much of n is not ours */
#define mine(w) (item[w].n - aped_n[w])
#else
#define mine(w) (item[w].n)
#endif

/* ---- A runner: its journal (durable), its process (volatile) ---- */

#define QUEUED 0
#define DONE 1
#define GONE 2
#define QUARANTINED 3

/* Group g has the actions 2g+1 and 2g+2: they count from 1, so that a mark of 0 is none. */
typedef Journal {
  unsigned run_id : 2; /* 0: there is no journal */
  unsigned gen : 3;    /* how often it was opened */
  bit applying;
  unsigned cursor : 2; /* the items before it are scanned */
  unsigned length : 2; /* groups queued */
  unsigned mark : 3;   /* actions up to it may have been sent */
  bit on[GROUPS];      /* which item */
  bit a[GROUPS];       /* the image that guards the group: as it was before its first action */
  byte n[GROUPS];
  byte outcome[ACTIONS]
};
Journal journal[2];

mtype = { distrusting, waiting };
mtype = { off, leasing, scanning, paging, barrier, opening, choosing, sending, settling, recording, cleaning, finished };
mtype = { was_done, was_gone, is_doubtful, is_overtaken, is_lost };

typedef Process {
  mtype at = off;
  mtype verdict;
  unsigned lives : 2 = LIVES;
  bit leased; /* it took the lease; whether it still has it, only the owner tells */
  unsigned suspect : 3; /* actions up to it may have been sent by an earlier process */
  unsigned unsaved : 3; /* outcomes from this action on are not durable yet; 0: all are */
  unsigned x : 3; /* the action at work */
  bit doubt; /* it may have been sent already */
  bit clean; /* first owner, first opening, every request answered */
  bit a; /* the item that came back with a failed guard */
#ifdef APED
  unsigned since : 2; /* the groups from this one on were queued by this process */
#endif
  unsigned n : 4
};
Process process[2];

#if defined(STREAMING) && defined(COPY)
#ifdef RESTORED_OLDER
#define ADOPTS_AT 0
#else
#define ADOPTS_AT 1
#endif
#ifndef ADOPTS
#define ADOPTS 2 /* one that dies, and one after it */
#endif
unsigned adopting : 2; /* the steps of it that are done */
unsigned adopts_left : 2 = ADOPTS;
#endif

/* A request that is delivered later, to a table that does not care who sent it. */
bit late;
bit late_i, late_k, late_a;
unsigned late_n : 4;
unsigned lost_left : 1 = LOST;
unsigned late_left : 1 = DELAYED;

#define J journal[r]
#define P process[r]
#define group_of(x) (((x) - 1) / 2)
#define action_of(x) (((x) - 1) % 2)
#define holds_lease(r) (process[r].leased && owner == r + 1)

hidden byte h, i, k, fits, same, coincided; /* scratch within one d_step: no part of a state */

/* The image of a settled group is of no use any more: forgotten, which only saves states. */
inline drop_image(r, g) {
  if
  :: J.outcome[2 * g] != QUEUED && J.outcome[2 * g + 1] != QUEUED -> J.a[g] = 0; J.n[g] = 0
  :: else
  fi
}

inline save_outcomes(r) { P.unsaved = 0; drop_image(r, 0); drop_image(r, 1) }

/* All that is in memory is gone. */
inline forget(r) {
#ifdef APED
  P.since = 0;
#endif
  P.leased = 0; P.suspect = 0; P.unsaved = 0; P.x = 0; P.doubt = 0; P.clean = 0; P.verdict = 0; P.a = 0; P.n = 0
}

inline drop_content(r) {
  J.gen = 0; J.applying = 0; J.cursor = 0; J.length = 0; J.mark = 0;
  h = 0;
  do
  :: h < GROUPS -> J.on[h] = 0; J.a[h] = 0; J.n[h] = 0; J.outcome[2 * h] = 0; J.outcome[2 * h + 1] = 0; h++
  :: else -> break
  od;
  h = 0
}

/* Nothing will be done with this journal any more: it is emptied, which only saves states. */
inline retire(r) {
  forget(r);
  P.lives = 0;
  P.at = finished;
  drop_content(r)
}

inline end_in_order(r) {
  if
  :: P.lives > 0 -> save_outcomes(r); forget(r); P.at = off
  :: else -> retire(r)
  fi
}

inline step_crash(r) {
  d_step {
    h = P.unsaved;
    do
    :: h != 0 && h <= ACTIONS -> J.outcome[h - 1] = QUEUED; h++
    :: else -> break
    od;
    forget(r);
    P.at = off
  }
}

/* ---- Start: journal, lease, run table ---- */

#ifdef STREAMING
/* The journal is only looked at until every check has passed: an opening that is refused does not count. */
inline step_open_journal(r) {
  d_step {
    P.lives--;
#ifdef COPY
    if
    :: r == ADOPTS_AT -> adopting = 0 /* whoever was adopting it is dead: the file is locked by who has it open */
    :: else
    fi;
#endif
    P.at = leasing
  }
}
#else
inline step_open_journal(r) {
  d_step {
    P.lives--;
    if
    :: J.run_id == 0 -> J.run_id = r + 1
    :: else
    fi;
    J.gen++;
    P.at = leasing
  }
}
#endif

/* A copy of what is durable of a journal, at some moment. */
inline step_copy_journal(from, to) {
  d_step {
    journal[to].run_id = journal[from].run_id;
    journal[to].gen = journal[from].gen;
    journal[to].applying = journal[from].applying;
    journal[to].cursor = journal[from].cursor;
    journal[to].length = journal[from].length;
    journal[to].mark = journal[from].mark;
    h = 0;
    do
    :: h < GROUPS ->
       journal[to].on[h] = journal[from].on[h];
       journal[to].a[h] = journal[from].a[h];
       journal[to].n[h] = journal[from].n[h];
       h++
    :: else -> break
    od;
    h = 0;
    do
    :: h < ACTIONS ->
       if
       :: process[from].unsaved == 0 || h + 1 < process[from].unsaved ->
          journal[to].outcome[h] = journal[from].outcome[h]
       :: else -> journal[to].outcome[h] = QUEUED
       fi;
       h++
    :: else -> break
    od;
    h = 0
  }
}

/* A restored copy, or a journal that another one has overtaken: all that is unfinished may have been sent. Durable, since
   the next opening of this journal will find a row that agrees with it. */
#ifdef DISTRUST_ALL
#define maybe_sent_of(r) ACTIONS /* what will be queued later as well */
#else
#define maybe_sent_of(r) (2 * J.length)
#endif
inline step_distrust(r) {
  P.suspect = maybe_sent_of(r);
#ifndef DISTRUST_FORGOTTEN
  J.mark = maybe_sent_of(r)
#endif
}

#ifdef NO_GENERATION
#define row_agrees(r) (row_run == J.run_id)
#else
#define row_agrees(r) (row_run == J.run_id && row_place == r + 1 && row_gen == J.gen - 1)
#endif
#ifdef STAMP
#define starts_from_nothing(r) (J.gen == 1)
#else
#define starts_from_nothing(r) false
#endif
#if defined(RESTART_ANYWHERE)
#define may_have_sent_elsewhere(r) false
#elif defined(OWN_ROW_ONLY) && defined(STREAMING)
#define may_have_sent_elsewhere(r) (row_applying && J.run_id == 0 && !starts_from_nothing(r))
#elif defined(OWN_ROW_ONLY)
#define may_have_sent_elsewhere(r) (row_applying && row_run != J.run_id && J.gen == 1 && !starts_from_nothing(r))
#else
#define may_have_sent_elsewhere(r) (row_applying && row_run != J.run_id && !starts_from_nothing(r))
#endif
/* The run has sent, this journal of it is still scanning, and it is not that it died between the barrier's two writes. */
#ifdef SCAN_COPY_ACCEPTED
#define is_overtaken_scan(r) false
#else
#define is_overtaken_scan(r) (row_applying && row_run == J.run_id && !J.applying && !same)
#endif

#ifdef STREAMING
/* The mark runs ahead of the queue. What is queued from here on is known not to have been sent. */
inline cap_mark(r) {
#ifdef MARK_UNCAPPED
  skip
#else
  if
  :: J.mark > 2 * J.length -> J.mark = 2 * J.length
  :: else
  fi
#endif
}

#define is_at_place(r) (row_place == r + 1)
#define is_rows_run(r) (row_run == J.run_id && row_applying)
#define is_behind(r) (is_rows_run(r) && row_gen > J.gen)
#ifdef SCAN_COPY_ACCEPTED
#define is_scanning_copy(r) false
#else
#define is_scanning_copy(r) (is_rows_run(r) && !J.applying && !is_at_place(r))
#endif
/* Its scan is not at its end, and since then items may have been executed that it would call back again. */
#ifdef MOVED_TRUSTED
#define is_moved(r) false
#else
#define is_moved(r) (is_rows_run(r) && J.applying && J.cursor < 2 && !is_at_place(r))
#endif

/* The lease is taken, the journal and the row are looked at, then the opening counts. The row is written at the barrier. */
inline step_take_lease(r) {
  d_step {
  if
  :: ledger || undone -> retire(r) /* refused: it is applied */
  :: else ->
     P.clean = (owner == 0 && J.run_id == 0);
     owner = r + 1;
     if
     :: may_have_sent_elsewhere(r) || is_behind(r) || is_scanning_copy(r) || is_moved(r) -> end_in_order(r) /* refused */
     :: else ->
        P.leased = 1;
        same = !is_rows_run(r) || (row_gen == J.gen && is_at_place(r));
        if
        :: J.run_id == 0 -> J.run_id = r + 1
        :: else
        fi;
        J.gen++;
        cap_mark(r);
        P.suspect = J.mark;
#ifdef APED
        P.since = J.length;
#endif
        if
        :: same -> P.at = barrier
        :: else -> P.at = distrusting
        fi
     fi
  fi
  }
#ifdef BARRIER_LATE
  if
  :: P.at == barrier && !J.applying -> step_next_action(r)
  :: else
  fi
#endif
}
#else
/* One conditional write of the run's row; whoever had the lease before is asleep, dead, or gone. */
inline step_take_lease(r) {
  d_step {
  same = row_agrees(r);
  if
  :: ledger || undone -> retire(r) /* refused: it is applied */
  :: !ledger && !undone && may_have_sent_elsewhere(r) -> end_in_order(r) /* refused: says where the journal is */
  :: !ledger && !undone && !may_have_sent_elsewhere(r) && is_overtaken_scan(r) -> end_in_order(r) /* refused */
  :: else ->
     P.suspect = J.mark;
     if
     :: !same && J.gen > 1 -> step_distrust(r)
     :: else
     fi;
     P.clean = (owner == 0 && J.gen == 1);
     P.leased = 1;
     owner = r + 1;
     row_run = J.run_id;
     row_place = r + 1;
     row_gen = J.gen;
     if
     :: J.applying -> P.at = choosing
     :: !J.applying && J.cursor < 2 -> P.at = scanning
     :: !J.applying && J.cursor == 2 -> P.at = barrier
     fi
  fi
  }
  if
  :: P.at == choosing -> step_next_action(r)
  :: else
  fi
}
#endif

/* ---- Scan and barrier ---- */

/* The callback looks at the item as it is read, and queues both actions. Of a stamped run that starts again: a complete
   stamp is skipped, a partial one quarantined. */
inline step_scan_page(r, which) {
  i = which;
  h = J.length;
  if
  :: item[i].here && !(STAMPED(i) && item[i].s == 2) ->
     J.on[h] = i;
     if
     :: !MARKED(i) -> J.a[h] = item[i].a; J.n[h] = item[i].n
     :: else
     fi;
     if
     :: STAMPED(i) && item[i].s == 1 -> J.outcome[2 * h] = QUARANTINED; J.outcome[2 * h + 1] = QUARANTINED
     :: else
     fi;
     J.length++
  :: else
  fi
}

inline after_page(r) {
  if
  :: J.cursor < 2 -> P.at = scanning
  :: else -> P.at = barrier
  fi
}

#if defined(CURSOR_FIRST)
inline step_append_page(r) { d_step { J.cursor++; P.at = paging } }
inline step_append_rest(r) { d_step { step_scan_page(r, J.cursor - 1); after_page(r) } }
#elif defined(CURSOR_LAST)
inline step_append_page(r) { d_step { step_scan_page(r, J.cursor); P.at = paging } }
inline step_append_rest(r) { d_step { J.cursor++; after_page(r) } }
#else
/* One transaction: the page's actions, and the cursor behind it. */
#ifdef STREAMING
inline step_append_page(r) {
  d_step { step_scan_page(r, J.cursor); J.cursor++ }
  if
  :: P.at == settling -> reached(7)
  :: else
  fi;
  if
  :: P.at == waiting -> step_next_action(r)
  :: else
  fi
}
#else
inline step_append_page(r) { d_step { step_scan_page(r, J.cursor); J.cursor++; after_page(r) } }
#endif
inline step_append_rest(r) { assert(false) }
#endif

/* A stream's pages come at any time: while the applier waits for one, before a request, and while one is under way. */
#ifdef BARRIER_LATE
#define may_stream(r) \
  (journal[r].cursor < 2 && (process[r].at == waiting || process[r].at == sending || process[r].at == settling))
#else
#define may_stream(r) \
  (journal[r].applying && journal[r].cursor < 2 && \
   (process[r].at == waiting || process[r].at == sending || process[r].at == settling))
#endif

/* The row says that actions may be sent, under the token, before the journal does: a journal that says so first would
   pass, at its next opening, for one that had been allowed to. */
#ifdef BARRIER_JOURNAL_FIRST
inline step_barrier_row(r) { d_step { J.applying = 1; P.at = opening } }
inline step_barrier_journal(r) {
  if
  :: holds_lease(r) -> row_applying = 1; step_next_action(r)
  :: d_step { !holds_lease(r) -> end_in_order(r) }
  fi
}
#else
inline step_barrier_row(r) {
  d_step {
    if
#ifdef BARRIER_UNFENCED
    :: true -> row_applying = 1; row_run = J.run_id; row_place = r + 1; row_gen = J.gen; P.at = opening
#else
    :: holds_lease(r) ->
       row_applying = 1;
#ifdef STREAMING
       row_run = J.run_id; row_place = r + 1; row_gen = J.gen;
#endif
       P.at = opening
    :: else -> end_in_order(r)
#endif
    fi
  }
}

#ifdef BARRIER_LATE
inline step_barrier_journal(r) {
  J.applying = 1;
  if
  :: P.x != 0 -> P.at = settling
  :: else -> step_next_action(r)
  fi
}
#else
inline step_barrier_journal(r) { J.applying = 1; step_next_action(r) }
#endif
#endif

/* ---- Apply ---- */

/* The next action without an outcome, or the end of the queue. Outcomes are durable before the run is called done. */
inline step_next_action(r) {
  d_step {
    h = 1;
    do
    :: h <= 2 * J.length && J.outcome[h - 1] != QUEUED -> h++
    :: else -> break
    od;
    if
    :: h <= 2 * J.length ->
       P.x = h;
       P.doubt = (h <= P.suspect);
       if
       :: h > P.suspect -> P.suspect = 0 /* no later action is; only saves states */
       :: else
       fi;
       P.at = sending
#ifdef STREAMING
    :: h > 2 * J.length && J.cursor < 2 -> P.x = 0; P.doubt = 0; P.at = waiting
#endif
    :: else ->
       save_outcomes(r);
       P.x = 0;
       P.doubt = 0;
       P.at = recording;
       h = 0;
       do
       :: h < 2 * J.length ->
          if
          :: J.outcome[h] == QUARANTINED -> P.at = finished; reached(4)
          :: else
          fi;
          h++
       :: else -> break
       od;
       if
       :: P.at == finished -> retire(r)
       :: else
       fi
    fi
  }
  step_move_send_mark(r);
  step_check_lease(r)
}

/* Durable before the action leaves; ahead of it by as many as may be in flight. */
inline step_move_send_mark(r) {
#ifdef NO_MARK
  skip
#else
  if
  :: P.at == sending && P.x > J.mark -> J.mark = P.x
#ifdef STREAMING
  :: P.at == sending && P.x > J.mark -> J.mark = ACTIONS /* ahead of the queue */
#else
  :: P.at == sending && P.x > J.mark && P.x < 2 * J.length -> J.mark = 2 * J.length
#endif
  :: else
  fi
#endif
}

/* By the owner's clock: true means that until now nobody has taken over. It may be otherwise when the request leaves. */
inline step_check_lease(r) {
  if
  :: d_step { P.at == sending && !holds_lease(r) -> end_in_order(r) }
  :: else
  fi
}

/* What must be so of an item whenever we have written it. */
inline check_item(w) {
  assert(item[w].here);                                                      /* no deleted item is back */
  assert(mine(w) % 10 == 1 || mine(w) % 10 == 3);                            /* no action counts twice */
  assert((item[w].n >= 10) == live_n[w])              /* no live write is lost */
}

/* A table executes a write: `fits` says whether its condition held. */
inline execute(ei, ek, ea, en) {
  if
#ifdef NO_GUARD
  :: true -> fits = 1
#else
  :: MARKED(ei) ->
#ifdef NO_MARKER
     fits = item[ei].here
#else
     fits = item[ei].here && !marker[2 * ei + ek]
#endif
  :: else ->
     fits = item[ei].here && item[ei].a == ea && item[ei].n == en + ek && !(STAMPED(ei) && item[ei].s > ek)
#endif
  fi;
  if
  :: fits ->
     if
     :: MARKED(ei) -> item[ei].n = item[ei].n + 1 + ek; marker[2 * ei + ek] = 1
     :: else ->
        assert(item[ei].a == ea); /* what the callback decided upon is still so */
        if
        :: ek == 0 -> item[ei].n = item[ei].n + 1
        :: else -> item[ei].n = en + 3
        fi;
        if
        :: STAMPED(ei) -> item[ei].s = ek + 1
        :: else
        fi
     fi;
#ifdef APED
     did[2 * ei + ek] = 1;
#endif
     check_item(ei)
  :: else
  fi
}

/* The item is as the action at work leaves it; or as the next one of its chain does, if that may have been sent too. */
#ifdef CHAIN_ALONE
#define as_expected(r, g) (item[i].a == J.a[g] && item[i].n == J.n[g] + 1 + 2 * k)
#else
#define as_expected(r, g) \
  (item[i].a == J.a[g] && \
   (item[i].n == J.n[g] + 1 + 2 * k || (k == 0 && P.x + 1 <= P.suspect && item[i].n == J.n[g] + 3)))
#endif

/* What an answer means; it carries the item as it was found. */
inline step_judge(r, g) {
  if
  :: fits -> P.verdict = was_done
  :: !fits && MARKED(i) && marker[2 * i + k] -> P.verdict = was_done; reached(5) /* the marker proves it */
  :: !fits && STAMPED(i) && item[i].s > k -> P.verdict = was_done; reached(6)    /* the stamp proves it */
  :: else ->
     if
     :: !item[i].here -> P.verdict = was_gone /* step_judge_a_gone */
     :: item[i].here && (!P.doubt || STAMPED(i)) -> P.verdict = is_overtaken; P.a = item[i].a; P.n = item[i].n /* step_judge_b_overtaken */
     :: item[i].here && P.doubt && !STAMPED(i) && as_expected(r, g) -> /* step_judge_c_applied */
        P.verdict = was_done; reached(2);
#ifdef APED
        if
        :: !did[2 * i + k] -> assert(g < P.since); coincided = 1 /* no action is lost */
        :: else
        fi
#endif
     :: else -> P.verdict = is_doubtful /* step_judge_d_doubtful */
     fi
  fi
}

inline take_action(r) { i = J.on[group_of(P.x)]; k = action_of(P.x); h = group_of(P.x) }

#ifdef APED
inline stop_here() {
  if
  :: coincided ->
     coincided = 0; reached(8);
     process[0].at = finished; process[0].lives = 0;
     process[1].at = finished; process[1].lives = 0
  :: else
  fi
}
#else
inline stop_here() { skip }
#endif

/* A request: answered; or executed and the answer lost; or lost before; or on its way, to arrive when it likes. */
inline step_send(r) {
  if
  :: d_step { take_action(r); execute(i, k, J.a[h], J.n[h]); step_judge(r, h); P.at = settling; stop_here() }
  :: d_step { lost_left > 0 -> lost_left--; take_action(r); execute(i, k, J.a[h], J.n[h]); P.verdict = is_lost; P.at = settling }
  :: d_step { lost_left > 0 -> lost_left--; P.verdict = is_lost; P.at = settling }
  :: d_step {
       late_left > 0 ->
       late_left--;
       take_action(r);
       late = 1; late_i = i; late_k = k; late_a = J.a[h]; late_n = J.n[h];
       P.verdict = is_lost;
       P.at = settling
     }
  fi
}

/* The network delivers what it held back. */
inline step_deliver_late() {
  d_step {
    execute(late_i, late_k, late_a, late_n);
    late = 0; late_i = 0; late_k = 0; late_a = 0; late_n = 0
  }
}

/* An outcome becomes durable later, with others: here at once, or with the next one that does, or never. What did not
   happen drops, or holds back, the rest of the group. */
inline step_record_outcome(r, state) {
  d_step {
    J.outcome[P.x - 1] = state;
    if
    :: state != DONE && action_of(P.x) == 0 -> J.outcome[P.x] = state
    :: else
    fi;
    if
    :: P.unsaved == 0 -> P.unsaved = P.x
    :: else
    fi;
    P.x = 0; P.doubt = 0; P.verdict = 0
  }
  if
  :: d_step { save_outcomes(r) }
  :: skip
  fi;
  step_next_action(r)
}

/* "A live writer was first", and "it is neither as before nor as expected", are true only if nobody else can have sent the
   same action: so the lease is looked at after the answer came, and a runner that lost it ends and judges nothing. */
#ifdef JUDGED_WITHOUT_LEASE
#define may_judge(r) true
#else
#define may_judge(r) (holds_lease(r) || STAMPED(J.on[group_of(P.x)]))
#endif

inline step_settle(r) {
  if
  :: P.verdict == was_done -> step_record_outcome(r, DONE)
  :: P.verdict == was_gone -> step_record_outcome(r, GONE)
  :: P.verdict == is_doubtful && may_judge(r) ->
     assert(P.doubt && live_any[J.on[group_of(P.x)]]); /* only where a doubt and a live write meet */
     step_record_outcome(r, QUARANTINED)
  :: P.verdict == is_overtaken && may_judge(r) -> step_replace_rest(r); step_next_action(r)
  :: d_step { (P.verdict == is_doubtful || P.verdict == is_overtaken) && !may_judge(r) -> end_in_order(r) }
  :: P.verdict == is_lost -> /* sent again */
     P.verdict = 0; P.doubt = 1; P.clean = 0; P.at = sending; step_check_lease(r)
  fi
}

/* The callback runs on the item that came back; one transaction replaces the rest of its group. What was applied already
   is the beginning of the new list. */
inline step_replace_rest(r) {
  d_step {
    h = group_of(P.x);
    J.a[h] = P.a;
    J.n[h] = P.n - action_of(P.x);
    save_outcomes(r);
    P.a = 0; P.n = 0; P.x = 0; P.doubt = 0; P.verdict = 0;
    reached(3)
  }
}

/* ---- End ---- */

/* One transaction: the ledger's row, and a check of the token. */
inline step_put_ledger(r) {
  if
#ifdef LEDGER_UNFENCED
  :: true ->
#else
  :: d_step { !holds_lease(r) -> end_in_order(r) }
  :: holds_lease(r) ->
#endif
     d_step {
       assert(!undone);
       ledger = 1;
       assert(!item[0].here || mine(0) % 10 == 3); /* every action has counted */
       assert(!item[1].here || mine(1) % 10 == 3)
     }
     reached(1);
#if defined(STREAMING) && defined(COPY)
     if
     :: r == ADOPTS_AT && adopts_left < ADOPTS && row_place == r + 1 -> reached(9)
     :: else
     fi;
#endif
     if
     :: P.at = cleaning
     :: lost_left > 0 -> lost_left-- /* the answer is lost: put again */
     fi
  fi
}

/* Markers stay where a request may still be on its way: until it can arrive no more. */
inline step_remove_markers(r) {
  d_step {
    if
#ifdef MARKERS_GO_AT_ONCE
    :: true ->
#else
    :: !P.clean
    :: P.clean ->
#endif
       marker[0] = 0; marker[1] = 0; marker[2] = 0; marker[3] = 0
    fi;
    retire(r)
  }
}

/* ---- Who takes the steps ---- */

#if defined(RESTORED_IN_PLACE) || defined(RESTORED_OLDER)
#define may_start(r) (r == 0)
#elif defined(COPY)
#define may_start(r) (r == 0 || journal[r].run_id != 0) /* the second has a copy, or nothing to do */
#else
#define may_start(r) true
#endif

active [2] proctype runner() {
end:
  do
  :: atomic { process[_pid].at == off && process[_pid].lives > 0 && !ledger && !undone && may_start(_pid) -> step_open_journal(_pid) }
  :: atomic { process[_pid].at == leasing -> step_take_lease(_pid) }
  :: atomic { process[_pid].at == scanning -> step_append_page(_pid) }
#ifdef STREAMING
  :: d_step { process[_pid].at == distrusting -> step_distrust(_pid); process[_pid].at = barrier }
  :: atomic { may_stream(_pid) -> step_append_page(_pid) }
#endif
  :: atomic { process[_pid].at == paging -> step_append_rest(_pid) }
  :: atomic { process[_pid].at == barrier -> step_barrier_row(_pid) }
  :: atomic { process[_pid].at == opening -> step_barrier_journal(_pid) }
#ifdef BARRIER_LATE
  :: atomic {
       process[_pid].at == sending -> step_send(_pid);
       if
       :: !journal[_pid].applying -> process[_pid].at = barrier
       :: else
       fi
     }
#else
  :: atomic { process[_pid].at == sending -> step_send(_pid) }
#endif
  :: atomic { process[_pid].at == settling -> step_settle(_pid) }
  :: atomic { process[_pid].at == recording -> step_put_ledger(_pid) }
  :: atomic { process[_pid].at == cleaning -> step_remove_markers(_pid) }
  :: atomic { process[_pid].at != off && process[_pid].lives > 0 -> step_crash(_pid) }
  od
}

#if defined(STREAMING) && defined(COPY)
/* A person says: this is the run's journal (Migrator::adopt). Each of the three steps may be the last one. */
#ifdef ADOPT_OLDER
#define is_older(r) false
#else
#define is_older(r) (journal[r].gen < row_gen && journal[r].cursor < 2)
#endif
#define may_adopt(r) \
  (adopts_left > 0 && adopting == 0 && process[r].at == off && journal[r].applying && row_run == journal[r].run_id && \
   !ledger && !undone && !is_older(r))
/* The person knows whether it is that very file, or does not care whether it is one from an earlier opening. */
#ifdef ADOPT_COPY
#define is_right(r) true
#else
#define is_right(r) (copied || journal[r].gen < row_gen)
#endif

inline step_adopt_open(r) {
  d_step {
    adopts_left--;
    owner = 3;
    J.gen++;
    cap_mark(r);
#ifdef ADOPT_IN_TWO
    adopting = 1
#else
    J.mark = maybe_sent_of(r);
    adopting = 2
#endif
  }
}
inline step_adopt_distrust(r) { d_step { J.mark = maybe_sent_of(r); adopting = 2 } }
inline step_adopt_row(r) {
  d_step {
    if
    :: owner == 3 -> row_place = r + 1; row_gen = J.gen
    :: else
    fi;
    adopting = 0
  }
}
#endif

/* The application: one write, of an attribute that is counted with, or only looked at; or the item is deleted. */
inline live_write(w) {
  if
  :: item[w].a = 1
  :: item[w].n = item[w].n + 10; live_n[w] = 1
#ifdef APED
  :: d_step { item[w].here && item[w].n == 0 -> item[w].n = 1; aped_n[w] = 1 }
  :: d_step { item[w].here && item[w].n == 1 -> item[w].n = 3; aped_n[w] = 2 }
  :: d_step { item[w].here = 0; item[w].a = 0; item[w].n = 0; item[w].s = 0; aped_n[w] = 0 }
#else
  :: d_step { item[w].here = 0; item[w].a = 0; item[w].n = 0; item[w].s = 0 }
#endif
  fi;
  live_any[w] = 1
}

/* Everyone else. */
active proctype world() {
  bit live_left = LIVE;
  bit copied = 0;
end:
  do
  :: atomic { live_left -> live_left = 0; live_write(0) }
  :: atomic { live_left -> live_left = 0; live_write(1) }
  :: late -> step_deliver_late()
     /* Someone undoes the migration: takes the lease, deletes the ledger's row. What it does to items is not modelled. */
  :: atomic { ledger -> owner = 3; ledger = 0; undone = 1 }
#ifdef COPY
     /* The second machine gets a copy of the first one's journal. */
  :: atomic { journal[0].run_id != 0 && journal[1].run_id == 0 && process[0].at != finished -> step_copy_journal(0, 1) }
#ifdef STREAMING
#ifdef RESTORED_OLDER
     /* A copy from an earlier opening comes back to where it was taken. */
  :: atomic {
       journal[1].run_id != 0 && !copied && process[0].at == off && row_applying && journal[1].gen < row_gen ->
       copied = 1; step_copy_journal(1, 0)
     }
#else
     /* The file is moved while nothing runs; what is left behind is nothing. */
  :: atomic {
       journal[0].run_id != 0 && journal[1].run_id == 0 && process[0].at == off ->
       copied = 1; step_copy_journal(0, 1); d_step { journal[0].run_id = 0; drop_content(0) }
     }
#endif
  :: atomic { may_adopt(ADOPTS_AT) && is_right(ADOPTS_AT) -> step_adopt_open(ADOPTS_AT) }
  :: atomic { adopting == 1 -> step_adopt_distrust(ADOPTS_AT) }
  :: atomic { adopting == 2 -> step_adopt_row(ADOPTS_AT) }
#endif
#ifdef RESTORED_IN_PLACE
     /* And it comes back to where it was taken. */
  :: atomic { journal[1].run_id != 0 && !copied && process[0].at == off -> copied = 1; step_copy_journal(1, 0) }
#endif
#endif
  od
}

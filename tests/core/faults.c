#include "faults.h"

#include "mls/group.h"

/* What there is of a group: whether its epoch record is to be stored anew, and its two records. */
typedef struct saved {
    bool epoch_changed;
    mls_buf record[2];
} saved;

static saved state_of(mls_group *group)
{
    saved s = {.epoch_changed = mls_group_epoch_changed(group)};
    assert_ok(mls_group_save(group, &s.record[0], &s.record[1]));
    group->epoch_changed = s.epoch_changed; /* looking at it is not storing it */
    return s;
}

static void saved_free(saved *s)
{
    mls_buf_free(&s->record[0]);
    mls_buf_free(&s->record[1]);
}

static void assert_same(mls_group *group, const saved *before)
{
    saved after = state_of(group);
    assert_int_equal(after.epoch_changed, before->epoch_changed);
    for (int i = 0; i < 2; i++)
        assert_bytes(view(&after.record[i]), view(&before->record[i]));
    saved_free(&after);
}

static void assert_empty(const calling *c)
{
    for (int i = 0; i < 2; i++) {
        assert_null(c->out[i].data);
        assert_int_equal(c->out[i].len, 0);
    }
    assert_null(c->made);
    assert_null(c->event.memory);
    assert_int_equal(c->event.kind, 0);
}

typedef enum outcome { FAILED, SUCCEEDED, DONE } outcome;

/* The call with the n-th attempt failing; DONE when it did not come to that. */
static outcome run_with(calling *c, const public_call *call, const fault *f, size_t n)
{
    f->begin(n);
    mls_err err = call->run(c);
    if (!f->end()) {
        assert_ok(err);
        return DONE;
    }
    if (err == MLS_OK && f->may_be_harmless)
        return SUCCEEDED;
    assert_err(err, f->err);
    assert_empty(c);
    return FAILED;
}

static void finish(calling *c, const public_call *call)
{
    if (call->after)
        call->after(c);
    else
        assert_all_talk(c->w, "ABC");
    calling_cleanup(c);
}

size_t fail_everywhere(const public_call *call, uint16_t suite_id, const fault *f)
{
    size_t n = 0;
    for (outcome last = SUCCEEDED; last != DONE;) {
        calling c;
        calling_init(&c, call, suite_id);
        saved before = state_of(c.a->group);
        while ((last = run_with(&c, call, f, n)) == FAILED) {
            assert_same(c.a->group, &before);
            n++;
        }
        n += last == SUCCEEDED;
        saved_free(&before);
        finish(&c, call);
    }
    return n;
}

/*
 * sim [--scenarios LETTERS] [--runs N] [--seed S] [--off RULE]... [--trace] [--jobs J]
 * sim --prove [--runs N]
 * sim --servers N --actors N [--devices N] [--hours H] [--seeds N] ...
 *
 * See README.md. The status is 0 when all runs went as they must.
 */
#include "prove.h"
#include "report.h"
#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void usage(void)
{
    fputs("usage: sim [--scenarios LETTERS] [--runs N] [--seed S] [--off RULE]... [--trace] "
          "[--jobs J]\n"
          "       sim --prove [--runs N]\n"
          "       sim --servers N --actors N [--devices N] [--hours H] [--seeds N] [--seed S] ...\n"
          "rules:",
          stderr);
    for (size_t i = 0; rules_name(i); i++)
        fprintf(stderr, " %s", rules_name(i));
    fputc('\n', stderr);
    exit(2);
}

typedef struct command {
    options options;
    const char *letters;
    size_t servers, actors, devices;
    double hours;
    bool prove;
} command;

static double number(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (*text == '\0' || *end != '\0' || value < 0)
        usage();
    return value;
}

static void take_option(command *c, const char *name, const char *value)
{
    options *o = &c->options;
    conversation_params probe = {0};
    if (strcmp(name, "--scenarios") == 0)
        c->letters = value;
    else if (strcmp(name, "--runs") == 0 || strcmp(name, "--seeds") == 0)
        o->seeds = (uint64_t)number(value);
    else if (strcmp(name, "--seed") == 0)
        o->seed = (uint64_t)number(value);
    else if (strcmp(name, "--jobs") == 0)
        o->jobs = (size_t)number(value);
    else if (strcmp(name, "--servers") == 0)
        c->servers = (size_t)number(value);
    else if (strcmp(name, "--actors") == 0)
        c->actors = (size_t)number(value);
    else if (strcmp(name, "--devices") == 0)
        c->devices = (size_t)number(value);
    else if (strcmp(name, "--hours") == 0)
        c->hours = number(value);
    else if (strcmp(name, "--off") == 0 && rules_off(&probe, value) && o->num_off < 16)
        o->off[o->num_off++] = value;
    else
        usage();
}

static void read_command(command *c, int argc, char **argv)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    *c = (command){
        .options = {.seed = 1, .seeds = 0, .jobs = processors > 0 ? (size_t)processors : 1},
        .devices = 2,
        .hours = 6};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--trace") == 0) {
            c->options.trace = true;
            continue;
        }
        if (strcmp(argv[i], "--prove") == 0) {
            c->prove = true;
            continue;
        }
        if (i + 1 == argc)
            usage();
        take_option(c, argv[i], argv[i + 1]);
        i++;
    }
    if (c->options.seeds == 0)
        c->options.seeds = c->actors || c->options.trace ? 1 : 20;
    if (c->options.jobs == 0 || c->options.jobs > 64)
        usage();
}

/* The words that make the same scenario with the same rules. */
static void write_arguments(char *out, size_t size, const command *c, const char *letters)
{
    int at = c->actors ? snprintf(out, size, "--servers %zu --actors %zu --devices %zu --hours %g",
                                  c->servers, c->actors, c->devices, c->hours)
                       : snprintf(out, size, "--scenarios %s", letters);
    for (size_t i = 0; i < c->options.num_off; i++)
        at += snprintf(out + at, size - (size_t)at, " --off %s", c->options.off[i]);
}

static bool run_one(command *c, const scenario *s)
{
    char arguments[512];
    write_arguments(arguments, sizeof arguments, c, s->letter);
    c->options.arguments = arguments;
    return report_scenario(s, &c->options);
}

int main(int argc, char **argv)
{
    command c;
    size_t passed = 0, failed = 0;
    read_command(&c, argc, argv);
    if (mls_init() != MLS_OK)
        return 2;
    if (c.prove)
        prove_rules(&c.options, &passed, &failed);
    if (c.actors) {
        scenario s = scenario_of_crowd(c.servers ? c.servers : 1, c.actors, c.devices, c.hours);
        if (run_one(&c, &s))
            passed++;
        else
            failed++;
    }
    for (size_t i = 0; !c.actors && !c.prove && i < num_scenarios; i++) {
        scenario s = scenario_at(i);
        if (c.letters && !strstr(c.letters, s.letter))
            continue;
        if (run_one(&c, &s))
            passed++;
        else
            failed++;
    }
    printf("%zu passed, %zu failed, 0 skipped\n", passed, failed);
    return failed ? 1 : 0;
}

/* memory_control FAULT: does what valgrind must find, to see that the part `memory` would. */
#include <stdlib.h>
#include <string.h>

static volatile int sink;

static void read_uninitialised(void)
{
    volatile int value[4];
    if (value[2])
        sink = 1;
}

static void leak(void)
{
    char *volatile lost = malloc(16);
    lost = NULL;
    (void)lost;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "uninitialised") == 0)
        read_uninitialised();
    else if (argc == 2 && strcmp(argv[1], "leak") == 0)
        leak();
    return 0;
}

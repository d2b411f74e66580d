/* Attributes of a device: what the broker says of it, and what a tenant cannot have.
 *
 * Decides which abilities of the device are hidden because the shim refuses the calls that
 * use them: a program that asks first takes another way. Must never know who asks. */
#include <string.h>

#include "xs/attributes.h"

typedef struct attribute {
    int id;
    int value;
} attribute;

/* What holds for every device of compute capability 9 and up; the broker's own answers
 * replace these where it gives any. */
static const attribute usual[] = {
    {1, 1024},        /* threads of a block */
    {2, 1024},        /* ... by dimension */
    {3, 1024},
    {4, 64},
    {5, 2147483647},  /* blocks of a grid, by dimension */
    {6, 65535},
    {7, 65535},
    {8, 49152},       /* shared memory of a block without opting in */
    {9, 65536},       /* constant memory */
    {10, 32},         /* warp */
    {11, 2147483647}, /* pitch */
    {12, 65536},      /* registers of a block */
    {13, 1980000},    /* clock, kHz */
    {14, 512},        /* alignment of textures */
    {15, 1},          /* copies overlap kernels */
    {19, 1},          /* host memory can be mapped */
    {21, 131072},     /* sizes of textures and surfaces: 21 to 29, 42 to 74, 77 */
    {22, 131072},
    {23, 65536},
    {24, 16384},
    {25, 16384},
    {26, 16384},
    {27, 32768},
    {28, 32768},
    {29, 2048},
    {30, 512},        /* alignment of surfaces */
    {31, 1},          /* concurrent kernels */
    {32, 1},          /* ECC */
    {36, 2619000},    /* memory clock, kHz */
    {37, 5120},       /* bus, bits */
    {38, 52428800},   /* L2 */
    {40, 3},          /* copy engines */
    {41, 1},          /* unified addresses */
    {42, 32768},
    {43, 2048},
    {44, 1},
    {45, 32768},
    {46, 32768},
    {47, 8192},
    {48, 8192},
    {49, 32768},
    {51, 32},         /* alignment of a texture's pitch */
    {52, 32768},
    {53, 32768},
    {54, 2046},
    {55, 32768},
    {56, 131072},
    {57, 65536},
    {58, 16384},
    {59, 16384},
    {60, 16384},
    {61, 32768},
    {62, 2048},
    {63, 32768},
    {64, 32768},
    {65, 2048},
    {66, 32768},
    {67, 32768},
    {68, 2046},
    {69, 268435456},
    {70, 131072},
    {71, 65000},
    {72, 2097120},
    {73, 32768},
    {74, 32768},
    {77, 32768},
    {78, 1},          /* stream priorities */
    {79, 1},          /* L1 for global and local memory */
    {80, 1},
    {82, 65536},      /* registers of a multiprocessor */
    {87, 2},          /* single to double precision */
    {90, 1},          /* compute preemption */
    {92, 1},          /* stream memory operations */
    {93, 1},
    {94, 1},
    {95, 1},          /* cooperative launch */
    {99, 1},          /* host memory can be registered */
    {102, 1},         /* virtual memory management */
    {108, 32768000},  /* persisting L2 */
    {109, 134213632}, /* access policy window */
    {111, 1024},      /* shared memory the system keeps of each block */
    {115, 1},         /* memory pools */
    {120, 1},         /* clusters */
    {122, 1},         /* stream memory operations */
    {123, 1},
    {126, 4},         /* memory synchronisation domains */
    {127, 1},         /* tensor maps */
    {129, 1},         /* unified function pointers */
    {131, -1},        /* NUMA node of the device, and of the host */
    {134, -1},
};

/* What a tenant does not get, whatever the device can. */
static const attribute hidden[] = {
    {83, 0},   /* managed memory */
    {84, 0},   /* several devices of a board */
    {86, 0},   /* atomics of the host */
    {88, 0},   /* pageable memory on the device */
    {89, 0},
    {91, 0},   /* registered heap memory has no device pointer */
    {96, 0},   /* cooperative launches over several devices */
    {98, 0},   /* remote writes */
    {100, 0},
    {101, 0},
    {103, 0},  /* handles that cross processes */
    {104, 0},
    {105, 0},
    {110, 0},  /* GPUDirect RDMA */
    {112, 0},  /* sparse arrays */
    {114, 0},  /* external semaphores */
    {116, 0},
    {117, 0},
    {118, 0},
    {119, 0},
    {121, 0},
    {124, 0},  /* DMA-BUF */
    {125, 0},  /* events of other processes */
    {128, 0},
    {132, 0},  /* multicast */
    {133, 0},  /* MPS */
    {135, 0},  /* graphics */
    {136, 0},  /* decompression */
    {137, 0},
    {138, 0},
    {141, 0},  /* pools and mappings of host nodes */
    {142, 0},
    {143, 0},
    {144, 0},
    {145, 0},
    {146, 0},
    {147, 0},
};

static int is_hidden(int id) {
    for (unsigned i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (hidden[i].id == id)
            return 1;
    return 0;
}

void xs_attribute_set(int *attributes, int id, int value) {
    if (id > 0 && id < XS_ATTRIBUTES && !is_hidden(id))
        attributes[id] = value;
}

void xs_attributes_of(int *attributes, const xs_device_properties *p, int ordinal) {
    memset(attributes, 0, XS_ATTRIBUTES * sizeof *attributes);
    for (unsigned i = 0; i < sizeof usual / sizeof usual[0]; i++)
        attributes[usual[i].id] = usual[i].value;
    attributes[16] = (int)p->sm_count;
    attributes[33] = ordinal + 1; /* PCI bus: a place of its own, until the broker names it */
    attributes[39] = (int)p->threads_per_sm;
    attributes[75] = (int)p->compute_major;
    attributes[76] = (int)p->compute_minor;
    attributes[81] = (int)p->shared_bytes_per_sm;
    attributes[97] = (int)p->shared_bytes_per_block_optin;
    attributes[106] = (int)p->blocks_per_sm;
}

/* Export tables.
 *
 * Generated from export_tables.toml by `python -m shim.generate`; change that file. */

#include "xs/tables.h"

XS_SLOT(CUDART_INTERFACE, 3)
XS_SLOT(CUDART_INTERFACE, 4)
XS_SLOT(CUDART_INTERFACE, 5)
XS_SLOT(CUDART_INTERFACE, 9)
XS_SLOT(CUDART_INTERFACE, 10)
XS_SLOT(CUDART_INTERFACE, 11)
const void *const xs_CUDART_INTERFACE[13] = {
    (const void *)(13 * sizeof(void *)),
    (const void *)xs_table_module_load,
    (const void *)xs_table_primary_context,
    (const void *)slot_CUDART_INTERFACE_3,
    (const void *)slot_CUDART_INTERFACE_4,
    (const void *)slot_CUDART_INTERFACE_5,
    (const void *)xs_table_module_load_with,
    (const void *)xs_table_nothing,
    (const void *)xs_table_module_load_header,
    (const void *)slot_CUDART_INTERFACE_9,
    (const void *)slot_CUDART_INTERFACE_10,
    (const void *)slot_CUDART_INTERFACE_11,
    (const void *)xs_table_nothing,
};

XS_SLOT(TOOLS_RUNTIME_CALLBACK_HOOKS, 1)
XS_SLOT(TOOLS_RUNTIME_CALLBACK_HOOKS, 3)
XS_SLOT(TOOLS_RUNTIME_CALLBACK_HOOKS, 4)
XS_SLOT(TOOLS_RUNTIME_CALLBACK_HOOKS, 5)
const void *const xs_TOOLS_RUNTIME_CALLBACK_HOOKS[7] = {
    (const void *)(7 * sizeof(void *)),
    (const void *)slot_TOOLS_RUNTIME_CALLBACK_HOOKS_1,
    (const void *)xs_table_tool_flags,
    (const void *)slot_TOOLS_RUNTIME_CALLBACK_HOOKS_3,
    (const void *)slot_TOOLS_RUNTIME_CALLBACK_HOOKS_4,
    (const void *)slot_TOOLS_RUNTIME_CALLBACK_HOOKS_5,
    (const void *)xs_table_tool_flags_few,
};

XS_SLOT(TOOLS_TLS, 1)
const void *const xs_TOOLS_TLS[3] = {
    (const void *)(3 * sizeof(void *)),
    (const void *)slot_TOOLS_TLS_1,
    (const void *)xs_table_thread_context,
};

const void *const xs_CONTEXT_LOCAL_STORAGE[4] = {
    (const void *)xs_storage_put,
    (const void *)xs_storage_delete,
    (const void *)xs_storage_get,
    NULL,
};

XS_SLOT(CONTEXT_CHECKS, 1)
XS_SLOT(CONTEXT_CHECKS, 4)
XS_SLOT(CONTEXT_CHECKS, 5)
XS_SLOT(CONTEXT_CHECKS, 6)
XS_SLOT(CONTEXT_CHECKS, 7)
XS_SLOT(CONTEXT_CHECKS, 8)
XS_SLOT(CONTEXT_CHECKS, 9)
XS_SLOT(CONTEXT_CHECKS, 10)
XS_SLOT(CONTEXT_CHECKS, 11)
XS_SLOT(CONTEXT_CHECKS, 12)
XS_SLOT(CONTEXT_CHECKS, 13)
XS_SLOT(CONTEXT_CHECKS, 14)
const void *const xs_CONTEXT_CHECKS[15] = {
    (const void *)(15 * sizeof(void *)),
    (const void *)slot_CONTEXT_CHECKS_1,
    (const void *)xs_table_context_check,
    (const void *)xs_table_nothing,
    (const void *)slot_CONTEXT_CHECKS_4,
    (const void *)slot_CONTEXT_CHECKS_5,
    (const void *)slot_CONTEXT_CHECKS_6,
    (const void *)slot_CONTEXT_CHECKS_7,
    (const void *)slot_CONTEXT_CHECKS_8,
    (const void *)slot_CONTEXT_CHECKS_9,
    (const void *)slot_CONTEXT_CHECKS_10,
    (const void *)slot_CONTEXT_CHECKS_11,
    (const void *)slot_CONTEXT_CHECKS_12,
    (const void *)slot_CONTEXT_CHECKS_13,
    (const void *)slot_CONTEXT_CHECKS_14,
};

XS_SLOT(INTEGRITY_CHECK, 2)
const void *const xs_INTEGRITY_CHECK[3] = {
    (const void *)(3 * sizeof(void *)),
    (const void *)xs_integrity_answer,
    (const void *)slot_INTEGRITY_CHECK_2,
};

XS_SLOT(CUBLAS_CONTEXT, 1)
XS_SLOT(CUBLAS_CONTEXT, 2)
XS_SLOT(CUBLAS_CONTEXT, 3)
XS_SLOT(CUBLAS_CONTEXT, 5)
XS_SLOT(CUBLAS_CONTEXT, 6)
XS_SLOT(CUBLAS_CONTEXT, 7)
XS_SLOT(CUBLAS_CONTEXT, 8)
XS_SLOT(CUBLAS_CONTEXT, 9)
XS_SLOT(CUBLAS_CONTEXT, 10)
XS_SLOT(CUBLAS_CONTEXT, 11)
XS_SLOT(CUBLAS_CONTEXT, 12)
XS_SLOT(CUBLAS_CONTEXT, 13)
XS_SLOT(CUBLAS_CONTEXT, 14)
XS_SLOT(CUBLAS_CONTEXT, 15)
XS_SLOT(CUBLAS_CONTEXT, 16)
XS_SLOT(CUBLAS_CONTEXT, 17)
XS_SLOT(CUBLAS_CONTEXT, 18)
XS_SLOT(CUBLAS_CONTEXT, 19)
XS_SLOT(CUBLAS_CONTEXT, 20)
XS_SLOT(CUBLAS_CONTEXT, 21)
XS_SLOT(CUBLAS_CONTEXT, 22)
XS_SLOT(CUBLAS_CONTEXT, 23)
XS_SLOT(CUBLAS_CONTEXT, 24)
XS_SLOT(CUBLAS_CONTEXT, 25)
XS_SLOT(CUBLAS_CONTEXT, 26)
XS_SLOT(CUBLAS_CONTEXT, 27)
XS_SLOT(CUBLAS_CONTEXT, 28)
XS_SLOT(CUBLAS_CONTEXT, 29)
XS_SLOT(CUBLAS_CONTEXT, 30)
XS_SLOT(CUBLAS_CONTEXT, 31)
XS_SLOT(CUBLAS_CONTEXT, 32)
XS_SLOT(CUBLAS_CONTEXT, 33)
XS_SLOT(CUBLAS_CONTEXT, 34)
XS_SLOT(CUBLAS_CONTEXT, 35)
XS_SLOT(CUBLAS_CONTEXT, 36)
XS_SLOT(CUBLAS_CONTEXT, 37)
XS_SLOT(CUBLAS_CONTEXT, 38)
XS_SLOT(CUBLAS_CONTEXT, 40)
XS_SLOT(CUBLAS_CONTEXT, 41)
XS_SLOT(CUBLAS_CONTEXT, 42)
XS_SLOT(CUBLAS_CONTEXT, 43)
XS_SLOT(CUBLAS_CONTEXT, 44)
XS_SLOT(CUBLAS_CONTEXT, 45)
XS_SLOT(CUBLAS_CONTEXT, 46)
XS_SLOT(CUBLAS_CONTEXT, 47)
XS_SLOT(CUBLAS_CONTEXT, 48)
XS_SLOT(CUBLAS_CONTEXT, 49)
XS_SLOT(CUBLAS_CONTEXT, 50)
XS_SLOT(CUBLAS_CONTEXT, 52)
XS_SLOT(CUBLAS_CONTEXT, 53)
XS_SLOT(CUBLAS_CONTEXT, 54)
XS_SLOT(CUBLAS_CONTEXT, 55)
XS_SLOT(CUBLAS_CONTEXT, 56)
XS_SLOT(CUBLAS_CONTEXT, 57)
XS_SLOT(CUBLAS_CONTEXT, 58)
XS_SLOT(CUBLAS_CONTEXT, 59)
XS_SLOT(CUBLAS_CONTEXT, 60)
XS_SLOT(CUBLAS_CONTEXT, 61)
XS_SLOT(CUBLAS_CONTEXT, 62)
XS_SLOT(CUBLAS_CONTEXT, 63)
XS_SLOT(CUBLAS_CONTEXT, 64)
XS_SLOT(CUBLAS_CONTEXT, 65)
XS_SLOT(CUBLAS_CONTEXT, 66)
XS_SLOT(CUBLAS_CONTEXT, 67)
XS_SLOT(CUBLAS_CONTEXT, 68)
XS_SLOT(CUBLAS_CONTEXT, 69)
XS_SLOT(CUBLAS_CONTEXT, 70)
XS_SLOT(CUBLAS_CONTEXT, 71)
XS_SLOT(CUBLAS_CONTEXT, 72)
XS_SLOT(CUBLAS_CONTEXT, 73)
XS_SLOT(CUBLAS_CONTEXT, 74)
XS_SLOT(CUBLAS_CONTEXT, 75)
XS_SLOT(CUBLAS_CONTEXT, 76)
XS_SLOT(CUBLAS_CONTEXT, 77)
XS_SLOT(CUBLAS_CONTEXT, 78)
XS_SLOT(CUBLAS_CONTEXT, 79)
XS_SLOT(CUBLAS_CONTEXT, 80)
XS_SLOT(CUBLAS_CONTEXT, 81)
XS_SLOT(CUBLAS_CONTEXT, 82)
XS_SLOT(CUBLAS_CONTEXT, 83)
XS_SLOT(CUBLAS_CONTEXT, 84)
XS_SLOT(CUBLAS_CONTEXT, 85)
XS_SLOT(CUBLAS_CONTEXT, 86)
XS_SLOT(CUBLAS_CONTEXT, 87)
XS_SLOT(CUBLAS_CONTEXT, 88)
XS_SLOT(CUBLAS_CONTEXT, 89)
XS_SLOT(CUBLAS_CONTEXT, 90)
XS_SLOT(CUBLAS_CONTEXT, 91)
XS_SLOT(CUBLAS_CONTEXT, 92)
const void *const xs_CUBLAS_CONTEXT[93] = {
    (const void *)(93 * sizeof(void *)),
    (const void *)slot_CUBLAS_CONTEXT_1,
    (const void *)slot_CUBLAS_CONTEXT_2,
    (const void *)slot_CUBLAS_CONTEXT_3,
    (const void *)xs_table_context_flag,
    (const void *)slot_CUBLAS_CONTEXT_5,
    (const void *)slot_CUBLAS_CONTEXT_6,
    (const void *)slot_CUBLAS_CONTEXT_7,
    (const void *)slot_CUBLAS_CONTEXT_8,
    (const void *)slot_CUBLAS_CONTEXT_9,
    (const void *)slot_CUBLAS_CONTEXT_10,
    (const void *)slot_CUBLAS_CONTEXT_11,
    (const void *)slot_CUBLAS_CONTEXT_12,
    (const void *)slot_CUBLAS_CONTEXT_13,
    (const void *)slot_CUBLAS_CONTEXT_14,
    (const void *)slot_CUBLAS_CONTEXT_15,
    (const void *)slot_CUBLAS_CONTEXT_16,
    (const void *)slot_CUBLAS_CONTEXT_17,
    (const void *)slot_CUBLAS_CONTEXT_18,
    (const void *)slot_CUBLAS_CONTEXT_19,
    (const void *)slot_CUBLAS_CONTEXT_20,
    (const void *)slot_CUBLAS_CONTEXT_21,
    (const void *)slot_CUBLAS_CONTEXT_22,
    (const void *)slot_CUBLAS_CONTEXT_23,
    (const void *)slot_CUBLAS_CONTEXT_24,
    (const void *)slot_CUBLAS_CONTEXT_25,
    (const void *)slot_CUBLAS_CONTEXT_26,
    (const void *)slot_CUBLAS_CONTEXT_27,
    (const void *)slot_CUBLAS_CONTEXT_28,
    (const void *)slot_CUBLAS_CONTEXT_29,
    (const void *)slot_CUBLAS_CONTEXT_30,
    (const void *)slot_CUBLAS_CONTEXT_31,
    (const void *)slot_CUBLAS_CONTEXT_32,
    (const void *)slot_CUBLAS_CONTEXT_33,
    (const void *)slot_CUBLAS_CONTEXT_34,
    (const void *)slot_CUBLAS_CONTEXT_35,
    (const void *)slot_CUBLAS_CONTEXT_36,
    (const void *)slot_CUBLAS_CONTEXT_37,
    (const void *)slot_CUBLAS_CONTEXT_38,
    (const void *)xs_table_object_flag,
    (const void *)slot_CUBLAS_CONTEXT_40,
    (const void *)slot_CUBLAS_CONTEXT_41,
    (const void *)slot_CUBLAS_CONTEXT_42,
    (const void *)slot_CUBLAS_CONTEXT_43,
    (const void *)slot_CUBLAS_CONTEXT_44,
    (const void *)slot_CUBLAS_CONTEXT_45,
    (const void *)slot_CUBLAS_CONTEXT_46,
    (const void *)slot_CUBLAS_CONTEXT_47,
    (const void *)slot_CUBLAS_CONTEXT_48,
    (const void *)slot_CUBLAS_CONTEXT_49,
    (const void *)slot_CUBLAS_CONTEXT_50,
    (const void *)xs_table_stream_object,
    (const void *)slot_CUBLAS_CONTEXT_52,
    (const void *)slot_CUBLAS_CONTEXT_53,
    (const void *)slot_CUBLAS_CONTEXT_54,
    (const void *)slot_CUBLAS_CONTEXT_55,
    (const void *)slot_CUBLAS_CONTEXT_56,
    (const void *)slot_CUBLAS_CONTEXT_57,
    (const void *)slot_CUBLAS_CONTEXT_58,
    (const void *)slot_CUBLAS_CONTEXT_59,
    (const void *)slot_CUBLAS_CONTEXT_60,
    (const void *)slot_CUBLAS_CONTEXT_61,
    (const void *)slot_CUBLAS_CONTEXT_62,
    (const void *)slot_CUBLAS_CONTEXT_63,
    (const void *)slot_CUBLAS_CONTEXT_64,
    (const void *)slot_CUBLAS_CONTEXT_65,
    (const void *)slot_CUBLAS_CONTEXT_66,
    (const void *)slot_CUBLAS_CONTEXT_67,
    (const void *)slot_CUBLAS_CONTEXT_68,
    (const void *)slot_CUBLAS_CONTEXT_69,
    (const void *)slot_CUBLAS_CONTEXT_70,
    (const void *)slot_CUBLAS_CONTEXT_71,
    (const void *)slot_CUBLAS_CONTEXT_72,
    (const void *)slot_CUBLAS_CONTEXT_73,
    (const void *)slot_CUBLAS_CONTEXT_74,
    (const void *)slot_CUBLAS_CONTEXT_75,
    (const void *)slot_CUBLAS_CONTEXT_76,
    (const void *)slot_CUBLAS_CONTEXT_77,
    (const void *)slot_CUBLAS_CONTEXT_78,
    (const void *)slot_CUBLAS_CONTEXT_79,
    (const void *)slot_CUBLAS_CONTEXT_80,
    (const void *)slot_CUBLAS_CONTEXT_81,
    (const void *)slot_CUBLAS_CONTEXT_82,
    (const void *)slot_CUBLAS_CONTEXT_83,
    (const void *)slot_CUBLAS_CONTEXT_84,
    (const void *)slot_CUBLAS_CONTEXT_85,
    (const void *)slot_CUBLAS_CONTEXT_86,
    (const void *)slot_CUBLAS_CONTEXT_87,
    (const void *)slot_CUBLAS_CONTEXT_88,
    (const void *)slot_CUBLAS_CONTEXT_89,
    (const void *)slot_CUBLAS_CONTEXT_90,
    (const void *)slot_CUBLAS_CONTEXT_91,
    (const void *)slot_CUBLAS_CONTEXT_92,
};

XS_SLOT(CUBLASLT_HEURISTICS, 1)
XS_SLOT(CUBLASLT_HEURISTICS, 2)
XS_SLOT(CUBLASLT_HEURISTICS, 3)
XS_SLOT(CUBLASLT_HEURISTICS, 5)
XS_SLOT(CUBLASLT_HEURISTICS, 6)
XS_SLOT(CUBLASLT_HEURISTICS, 7)
XS_SLOT(CUBLASLT_HEURISTICS, 8)
XS_SLOT(CUBLASLT_HEURISTICS, 9)
XS_SLOT(CUBLASLT_HEURISTICS, 10)
XS_SLOT(CUBLASLT_HEURISTICS, 11)
XS_SLOT(CUBLASLT_HEURISTICS, 12)
XS_SLOT(CUBLASLT_HEURISTICS, 13)
XS_SLOT(CUBLASLT_HEURISTICS, 14)
XS_SLOT(CUBLASLT_HEURISTICS, 15)
XS_SLOT(CUBLASLT_HEURISTICS, 16)
const void *const xs_CUBLASLT_HEURISTICS[17] = {
    (const void *)(17 * sizeof(void *)),
    (const void *)slot_CUBLASLT_HEURISTICS_1,
    (const void *)slot_CUBLASLT_HEURISTICS_2,
    (const void *)slot_CUBLASLT_HEURISTICS_3,
    (const void *)xs_table_unavailable,
    (const void *)slot_CUBLASLT_HEURISTICS_5,
    (const void *)slot_CUBLASLT_HEURISTICS_6,
    (const void *)slot_CUBLASLT_HEURISTICS_7,
    (const void *)slot_CUBLASLT_HEURISTICS_8,
    (const void *)slot_CUBLASLT_HEURISTICS_9,
    (const void *)slot_CUBLASLT_HEURISTICS_10,
    (const void *)slot_CUBLASLT_HEURISTICS_11,
    (const void *)slot_CUBLASLT_HEURISTICS_12,
    (const void *)slot_CUBLASLT_HEURISTICS_13,
    (const void *)slot_CUBLASLT_HEURISTICS_14,
    (const void *)slot_CUBLASLT_HEURISTICS_15,
    (const void *)slot_CUBLASLT_HEURISTICS_16,
};

XS_SLOT(MODULE_FUNCTIONS, 1)
XS_SLOT(MODULE_FUNCTIONS, 2)
XS_SLOT(MODULE_FUNCTIONS, 3)
XS_SLOT(MODULE_FUNCTIONS, 4)
XS_SLOT(MODULE_FUNCTIONS, 5)
XS_SLOT(MODULE_FUNCTIONS, 6)
XS_SLOT(MODULE_FUNCTIONS, 8)
XS_SLOT(MODULE_FUNCTIONS, 9)
XS_SLOT(MODULE_FUNCTIONS, 10)
XS_SLOT(MODULE_FUNCTIONS, 11)
XS_SLOT(MODULE_FUNCTIONS, 12)
XS_SLOT(MODULE_FUNCTIONS, 13)
XS_SLOT(MODULE_FUNCTIONS, 14)
XS_SLOT(MODULE_FUNCTIONS, 15)
XS_SLOT(MODULE_FUNCTIONS, 16)
XS_SLOT(MODULE_FUNCTIONS, 17)
XS_SLOT(MODULE_FUNCTIONS, 18)
XS_SLOT(MODULE_FUNCTIONS, 19)
XS_SLOT(MODULE_FUNCTIONS, 20)
XS_SLOT(MODULE_FUNCTIONS, 21)
XS_SLOT(MODULE_FUNCTIONS, 22)
XS_SLOT(MODULE_FUNCTIONS, 23)
XS_SLOT(MODULE_FUNCTIONS, 24)
XS_SLOT(MODULE_FUNCTIONS, 25)
XS_SLOT(MODULE_FUNCTIONS, 26)
XS_SLOT(MODULE_FUNCTIONS, 27)
XS_SLOT(MODULE_FUNCTIONS, 28)
XS_SLOT(MODULE_FUNCTIONS, 29)
XS_SLOT(MODULE_FUNCTIONS, 30)
XS_SLOT(MODULE_FUNCTIONS, 31)
XS_SLOT(MODULE_FUNCTIONS, 32)
XS_SLOT(MODULE_FUNCTIONS, 33)
XS_SLOT(MODULE_FUNCTIONS, 34)
XS_SLOT(MODULE_FUNCTIONS, 35)
XS_SLOT(MODULE_FUNCTIONS, 36)
XS_SLOT(MODULE_FUNCTIONS, 37)
XS_SLOT(MODULE_FUNCTIONS, 38)
XS_SLOT(MODULE_FUNCTIONS, 39)
XS_SLOT(MODULE_FUNCTIONS, 40)
XS_SLOT(MODULE_FUNCTIONS, 41)
XS_SLOT(MODULE_FUNCTIONS, 42)
XS_SLOT(MODULE_FUNCTIONS, 43)
XS_SLOT(MODULE_FUNCTIONS, 44)
XS_SLOT(MODULE_FUNCTIONS, 45)
XS_SLOT(MODULE_FUNCTIONS, 46)
XS_SLOT(MODULE_FUNCTIONS, 47)
XS_SLOT(MODULE_FUNCTIONS, 48)
XS_SLOT(MODULE_FUNCTIONS, 49)
XS_SLOT(MODULE_FUNCTIONS, 50)
XS_SLOT(MODULE_FUNCTIONS, 51)
XS_SLOT(MODULE_FUNCTIONS, 52)
XS_SLOT(MODULE_FUNCTIONS, 53)
XS_SLOT(MODULE_FUNCTIONS, 54)
XS_SLOT(MODULE_FUNCTIONS, 55)
XS_SLOT(MODULE_FUNCTIONS, 56)
XS_SLOT(MODULE_FUNCTIONS, 57)
XS_SLOT(MODULE_FUNCTIONS, 58)
XS_SLOT(MODULE_FUNCTIONS, 59)
XS_SLOT(MODULE_FUNCTIONS, 60)
XS_SLOT(MODULE_FUNCTIONS, 61)
XS_SLOT(MODULE_FUNCTIONS, 62)
XS_SLOT(MODULE_FUNCTIONS, 63)
XS_SLOT(MODULE_FUNCTIONS, 64)
XS_SLOT(MODULE_FUNCTIONS, 65)
XS_SLOT(MODULE_FUNCTIONS, 66)
XS_SLOT(MODULE_FUNCTIONS, 67)
XS_SLOT(MODULE_FUNCTIONS, 68)
XS_SLOT(MODULE_FUNCTIONS, 69)
XS_SLOT(MODULE_FUNCTIONS, 70)
XS_SLOT(MODULE_FUNCTIONS, 71)
XS_SLOT(MODULE_FUNCTIONS, 72)
XS_SLOT(MODULE_FUNCTIONS, 73)
XS_SLOT(MODULE_FUNCTIONS, 74)
XS_SLOT(MODULE_FUNCTIONS, 75)
XS_SLOT(MODULE_FUNCTIONS, 76)
XS_SLOT(MODULE_FUNCTIONS, 77)
XS_SLOT(MODULE_FUNCTIONS, 78)
XS_SLOT(MODULE_FUNCTIONS, 79)
XS_SLOT(MODULE_FUNCTIONS, 80)
XS_SLOT(MODULE_FUNCTIONS, 81)
XS_SLOT(MODULE_FUNCTIONS, 82)
XS_SLOT(MODULE_FUNCTIONS, 83)
XS_SLOT(MODULE_FUNCTIONS, 84)
XS_SLOT(MODULE_FUNCTIONS, 85)
XS_SLOT(MODULE_FUNCTIONS, 86)
XS_SLOT(MODULE_FUNCTIONS, 87)
XS_SLOT(MODULE_FUNCTIONS, 88)
XS_SLOT(MODULE_FUNCTIONS, 89)
XS_SLOT(MODULE_FUNCTIONS, 90)
XS_SLOT(MODULE_FUNCTIONS, 91)
XS_SLOT(MODULE_FUNCTIONS, 92)
XS_SLOT(MODULE_FUNCTIONS, 93)
XS_SLOT(MODULE_FUNCTIONS, 94)
XS_SLOT(MODULE_FUNCTIONS, 95)
XS_SLOT(MODULE_FUNCTIONS, 96)
XS_SLOT(MODULE_FUNCTIONS, 97)
XS_SLOT(MODULE_FUNCTIONS, 98)
const void *const xs_MODULE_FUNCTIONS[99] = {
    (const void *)(99 * sizeof(void *)),
    (const void *)slot_MODULE_FUNCTIONS_1,
    (const void *)slot_MODULE_FUNCTIONS_2,
    (const void *)slot_MODULE_FUNCTIONS_3,
    (const void *)slot_MODULE_FUNCTIONS_4,
    (const void *)slot_MODULE_FUNCTIONS_5,
    (const void *)slot_MODULE_FUNCTIONS_6,
    (const void *)xs_table_module_functions,
    (const void *)slot_MODULE_FUNCTIONS_8,
    (const void *)slot_MODULE_FUNCTIONS_9,
    (const void *)slot_MODULE_FUNCTIONS_10,
    (const void *)slot_MODULE_FUNCTIONS_11,
    (const void *)slot_MODULE_FUNCTIONS_12,
    (const void *)slot_MODULE_FUNCTIONS_13,
    (const void *)slot_MODULE_FUNCTIONS_14,
    (const void *)slot_MODULE_FUNCTIONS_15,
    (const void *)slot_MODULE_FUNCTIONS_16,
    (const void *)slot_MODULE_FUNCTIONS_17,
    (const void *)slot_MODULE_FUNCTIONS_18,
    (const void *)slot_MODULE_FUNCTIONS_19,
    (const void *)slot_MODULE_FUNCTIONS_20,
    (const void *)slot_MODULE_FUNCTIONS_21,
    (const void *)slot_MODULE_FUNCTIONS_22,
    (const void *)slot_MODULE_FUNCTIONS_23,
    (const void *)slot_MODULE_FUNCTIONS_24,
    (const void *)slot_MODULE_FUNCTIONS_25,
    (const void *)slot_MODULE_FUNCTIONS_26,
    (const void *)slot_MODULE_FUNCTIONS_27,
    (const void *)slot_MODULE_FUNCTIONS_28,
    (const void *)slot_MODULE_FUNCTIONS_29,
    (const void *)slot_MODULE_FUNCTIONS_30,
    (const void *)slot_MODULE_FUNCTIONS_31,
    (const void *)slot_MODULE_FUNCTIONS_32,
    (const void *)slot_MODULE_FUNCTIONS_33,
    (const void *)slot_MODULE_FUNCTIONS_34,
    (const void *)slot_MODULE_FUNCTIONS_35,
    (const void *)slot_MODULE_FUNCTIONS_36,
    (const void *)slot_MODULE_FUNCTIONS_37,
    (const void *)slot_MODULE_FUNCTIONS_38,
    (const void *)slot_MODULE_FUNCTIONS_39,
    (const void *)slot_MODULE_FUNCTIONS_40,
    (const void *)slot_MODULE_FUNCTIONS_41,
    (const void *)slot_MODULE_FUNCTIONS_42,
    (const void *)slot_MODULE_FUNCTIONS_43,
    (const void *)slot_MODULE_FUNCTIONS_44,
    (const void *)slot_MODULE_FUNCTIONS_45,
    (const void *)slot_MODULE_FUNCTIONS_46,
    (const void *)slot_MODULE_FUNCTIONS_47,
    (const void *)slot_MODULE_FUNCTIONS_48,
    (const void *)slot_MODULE_FUNCTIONS_49,
    (const void *)slot_MODULE_FUNCTIONS_50,
    (const void *)slot_MODULE_FUNCTIONS_51,
    (const void *)slot_MODULE_FUNCTIONS_52,
    (const void *)slot_MODULE_FUNCTIONS_53,
    (const void *)slot_MODULE_FUNCTIONS_54,
    (const void *)slot_MODULE_FUNCTIONS_55,
    (const void *)slot_MODULE_FUNCTIONS_56,
    (const void *)slot_MODULE_FUNCTIONS_57,
    (const void *)slot_MODULE_FUNCTIONS_58,
    (const void *)slot_MODULE_FUNCTIONS_59,
    (const void *)slot_MODULE_FUNCTIONS_60,
    (const void *)slot_MODULE_FUNCTIONS_61,
    (const void *)slot_MODULE_FUNCTIONS_62,
    (const void *)slot_MODULE_FUNCTIONS_63,
    (const void *)slot_MODULE_FUNCTIONS_64,
    (const void *)slot_MODULE_FUNCTIONS_65,
    (const void *)slot_MODULE_FUNCTIONS_66,
    (const void *)slot_MODULE_FUNCTIONS_67,
    (const void *)slot_MODULE_FUNCTIONS_68,
    (const void *)slot_MODULE_FUNCTIONS_69,
    (const void *)slot_MODULE_FUNCTIONS_70,
    (const void *)slot_MODULE_FUNCTIONS_71,
    (const void *)slot_MODULE_FUNCTIONS_72,
    (const void *)slot_MODULE_FUNCTIONS_73,
    (const void *)slot_MODULE_FUNCTIONS_74,
    (const void *)slot_MODULE_FUNCTIONS_75,
    (const void *)slot_MODULE_FUNCTIONS_76,
    (const void *)slot_MODULE_FUNCTIONS_77,
    (const void *)slot_MODULE_FUNCTIONS_78,
    (const void *)slot_MODULE_FUNCTIONS_79,
    (const void *)slot_MODULE_FUNCTIONS_80,
    (const void *)slot_MODULE_FUNCTIONS_81,
    (const void *)slot_MODULE_FUNCTIONS_82,
    (const void *)slot_MODULE_FUNCTIONS_83,
    (const void *)slot_MODULE_FUNCTIONS_84,
    (const void *)slot_MODULE_FUNCTIONS_85,
    (const void *)slot_MODULE_FUNCTIONS_86,
    (const void *)slot_MODULE_FUNCTIONS_87,
    (const void *)slot_MODULE_FUNCTIONS_88,
    (const void *)slot_MODULE_FUNCTIONS_89,
    (const void *)slot_MODULE_FUNCTIONS_90,
    (const void *)slot_MODULE_FUNCTIONS_91,
    (const void *)slot_MODULE_FUNCTIONS_92,
    (const void *)slot_MODULE_FUNCTIONS_93,
    (const void *)slot_MODULE_FUNCTIONS_94,
    (const void *)slot_MODULE_FUNCTIONS_95,
    (const void *)slot_MODULE_FUNCTIONS_96,
    (const void *)slot_MODULE_FUNCTIONS_97,
    (const void *)slot_MODULE_FUNCTIONS_98,
};

const void *const xs_XSCHED_COPY[1] = {
    (const void *)(1 * sizeof(void *)),
};

const xs_export xs_exports[] = {
    {{0x6b, 0xd5, 0xfb, 0x6c, 0x5b, 0xf4, 0xe7, 0x4a, 0x89, 0x87, 0xd9, 0x39, 0x12, 0xfd, 0x9d, 0xf9},
     xs_CUDART_INTERFACE},
    {{0xa0, 0x94, 0x79, 0x8c, 0x2e, 0x74, 0x2e, 0x74, 0x93, 0xf2, 0x08, 0x00, 0x20, 0x0c, 0x0a, 0x66},
     xs_TOOLS_RUNTIME_CALLBACK_HOOKS},
    {{0x42, 0xd8, 0x5a, 0x81, 0x23, 0xf6, 0xcb, 0x47, 0x82, 0x98, 0xf6, 0xe7, 0x8a, 0x3a, 0xec, 0xdc},
     xs_TOOLS_TLS},
    {{0xc6, 0x93, 0x33, 0x6e, 0x11, 0x21, 0xdf, 0x11, 0xa8, 0xc3, 0x68, 0xf3, 0x55, 0xd8, 0x95, 0x93},
     xs_CONTEXT_LOCAL_STORAGE},
    {{0x26, 0x3e, 0x88, 0x60, 0x7c, 0xd2, 0x61, 0x43, 0x92, 0xf6, 0xbb, 0xd5, 0x00, 0x6d, 0xfa, 0x7e},
     xs_CONTEXT_CHECKS},
    {{0xd4, 0x08, 0x20, 0x55, 0xbd, 0xe6, 0x70, 0x4b, 0x8d, 0x34, 0xba, 0x12, 0x3c, 0x66, 0xe1, 0xf2},
     xs_INTEGRITY_CHECK},
    {{0x21, 0x31, 0x8c, 0x60, 0x97, 0x14, 0x32, 0x48, 0x8c, 0xa6, 0x41, 0xff, 0x73, 0x24, 0xc8, 0xf2},
     xs_CUBLAS_CONTEXT},
    {{0x17, 0x34, 0xdc, 0x26, 0x80, 0x0d, 0x47, 0x45, 0x87, 0x26, 0xc0, 0xf1, 0xe7, 0xdd, 0x8b, 0xca},
     xs_CUBLASLT_HEURISTICS},
    {{0x6e, 0x16, 0x3f, 0xbe, 0xb9, 0x58, 0x44, 0x4d, 0x83, 0x5c, 0xe1, 0x82, 0xaf, 0xf1, 0x99, 0x1e},
     xs_MODULE_FUNCTIONS},
    {{0x78, 0x73, 0x63, 0x68, 0x65, 0x64, 0x2d, 0x63, 0x6f, 0x70, 0x79, 0x2d, 0x30, 0x30, 0x30, 0x31},
     xs_XSCHED_COPY},
};
const unsigned xs_exports_count = sizeof xs_exports /
                                  sizeof xs_exports[0];
